import type { AddEvent, AddPhase } from "./add-log.js";

/** What became of a set to which elements were added, each once. */
export interface SetReport {
  readonly attempted: number;
  readonly acknowledged: number;
  /** By the guard. */
  readonly refused: number;
  readonly failed: number;
  /** May be in the set, or not. */
  readonly unknown: number;
  /** Acknowledged, and not in the set at the end. */
  readonly lost: readonly string[];
  /** In the set although nobody added them, or although it was told that nothing was written. */
  readonly unexpected: readonly string[];
}

/** Jepsen's checker for sets: compares what adders were told with the set at the end. */
export function checkSet(adds: readonly AddEvent[], final: readonly string[]): SetReport {
  const phases = new Map<string, AddPhase>();
  for (const { element, phase } of adds) {
    // Logs are read one after the other, but those of one add stand in one log.
    phases.set(element, phase);
  }
  const present = new Set(final);
  const those = (...wanted: readonly AddPhase[]): readonly string[] =>
    [...phases].flatMap(([element, phase]) => (wanted.includes(phase) ? [element] : []));
  const mayBePresent = new Set(those("acknowledged", "invoked", "unknown"));
  return {
    attempted: phases.size,
    acknowledged: those("acknowledged").length,
    refused: those("refused").length,
    failed: those("failed").length,
    unknown: those("invoked", "unknown").length,
    lost: those("acknowledged").filter((element) => !present.has(element)),
    unexpected: [...present].filter((element) => !mayBePresent.has(element)),
  };
}

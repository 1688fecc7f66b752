import { setTimeout as sleep } from "node:timers/promises";
import { injectors } from "./faults/injectors.js";
import type { Lab } from "./lab.js";
import type { PlannedFault, PlannedStep } from "./schedule.js";

/** Injects the steps of a schedule one after the other, and writes down what became of each fault. */
export async function injectFaults(
  lab: Lab,
  steps: readonly PlannedStep[],
  endMs: number,
  say: (message: string) => void,
): Promise<void> {
  const startMs = performance.now();
  for (const fault of steps.flat()) note(lab, fault, "planned");
  for (const step of steps) {
    const firstMs = step[0]?.startMs ?? 0;
    const lateMs = Math.max(0, performance.now() - startMs - firstMs);
    if (firstMs + lateMs > endMs) return;
    await Promise.all(
      step.map(async (fault) => {
        await sleep(Math.max(0, startMs + fault.startMs + lateMs - performance.now()));
        await inject(lab, fault, say);
      }),
    );
  }
}

async function inject(lab: Lab, fault: PlannedFault, say: (message: string) => void): Promise<void> {
  try {
    await injectors[fault.kind](lab, fault, () => {
      note(lab, fault, "fired");
      say(fault.id);
    });
    note(lab, fault, "healed");
  } catch (error) {
    say(`${fault.id} failed: ${error instanceof AggregateError ? error.errors.join("; ") : error}`);
  }
}

function note({ recorder }: Lab, { id, kind }: PlannedFault, phase: "fired" | "healed" | "planned"): void {
  recorder.record({ kind: "fault", fault: id, type: kind, phase });
}

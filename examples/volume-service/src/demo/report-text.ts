import { KINDS } from "./measurements.js";
import type { Summary } from "./report.js";

/** The summary for people. */
export function formatSummary(summary: Summary): string {
  return [
    operationTable(summary),
    factTable(summary),
    summary.locked ? promiseList(summary) : verdictWithoutLocks(summary),
  ].join("\n\n");
}

function operationTable({ byKind, operations, p50Ms, p99Ms, retried, failed }: Summary): string {
  const rows = [
    ["operation", "count", "p50 ms", "p99 ms", "retried", "failed"],
    ...KINDS.map((kind) => {
      const { count, p50Ms, p99Ms, retried, failed } = byKind[kind];
      return [kind, count, p50Ms.toFixed(1), p99Ms.toFixed(1), retried, failed];
    }),
    ["all", operations, p50Ms.toFixed(1), p99Ms.toFixed(1), retried, failed],
  ];
  return rows
    .map(([name, ...values]) => `${name}`.padEnd(12) + values.map((value) => `${value}`.padStart(9)).join(""))
    .join("\n");
}

function factTable(summary: Summary): string {
  const facts: [string, string | number][] = [["overlaps seen by the arrays", summary.overlaps]];
  for (const [what, count] of Object.entries(summary.damage)) facts.push([`  ${what}`, count]);
  facts.push([
    "volumes not attached where they should be",
    `${summary.attachmentsLost} of ${summary.attached}`,
  ]);
  if (summary.locked) {
    facts.push(["writes of stale holders refused", summary.staleWritesRefused]);
    facts.push(["from the kill to the next grant", `${summary.killToNextGrantMs ?? "-"} ms`]);
  }
  return facts.map(([what, value]) => `${what.padEnd(44)}${value}`).join("\n");
}

function promiseList({ promises, ok }: Summary): string {
  const lines = promises.map((promise) => `${promise.ok ? "ok    " : "FAILED"}  ${promise.text}`);
  return [...lines, "", ok ? "Every promise held." : "Not every promise held."].join("\n");
}

function verdictWithoutLocks({
  ok,
  overlaps,
  operations,
  retried,
  attached,
  attachmentsLost,
}: Summary): string {
  if (!ok) return "No overlap this time. Try again with more --seconds.";
  const repeated = retried === 0 ? "none of them failed" : `${retried} requests failed and were repeated`;
  return [
    `Without locks ${overlaps} writes landed in the middle of somebody else's operation. Nobody was told: the`,
    `service reported ${operations} operations as done (${repeated}), while ${attachmentsLost} of ${attached} attached`,
    "volumes could not be reached where it said.",
    "",
    "The same load with locks, and with a node killed and a node paused:  npm run demo",
  ].join("\n");
}

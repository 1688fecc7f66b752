import type { Coordinator } from "../coordinator.js";
import { liftKey, type Scope } from "../lock-key.js";
import type { AnyLockDefinition } from "./lock-definition.js";

/** A driver that was put under its locks. */
export interface DriverUse {
  readonly definitions: Readonly<Record<string, AnyLockDefinition>>;
  readonly activeActive: boolean;
}

/** A kind of lock that the drivers of a coordinator use. */
export interface ReportedLock {
  readonly system: string;
  readonly definition: string;
  readonly template: string;
  /** The scope of the definition. */
  readonly declared: Scope;
  /** The scope at which this coordinator takes it. */
  readonly effective: Scope;
}

/** Which locks the drivers of a coordinator use, and how far they reach; to be logged when a service starts. */
export interface LockReport {
  readonly locks: readonly ReportedLock[];
  /** What an operator of an Active-Active service should look at, a sentence each. */
  readonly warnings: readonly string[];
  /** The report as a table, with the warnings below it. */
  toString(): string;
}

const uses = new WeakMap<Coordinator, DriverUse[]>();

/** Remembers a use for `lockReport`; the coordinator is not kept alive by it. */
export function noteUse(coordinator: Coordinator, use: DriverUse): void {
  const noted = uses.get(coordinator);
  if (noted === undefined) uses.set(coordinator, [use]);
  else noted.push(use);
}

/**
 * What the drivers lock that were put under the locks of their vendors with this coordinator, each kind of lock
 * once, with its declared and its effective scope.
 *
 * @example
 * ```ts
 * const driver = infinidat.guard(coordinator, new MyInfinidatDriver(config), { activeActive: true });
 * console.log(String(lockReport(coordinator)));
 * ```
 */
export function lockReport(coordinator: Coordinator): LockReport {
  const locks = new Map<string, ReportedLock>();
  const warnings = new Set<string>();
  for (const use of uses.get(coordinator) ?? []) {
    for (const [name, definition] of Object.entries(use.definitions)) {
      const { belongsTo, scope: declared, system, template } = definition;
      const effective = liftKey(
        { scope: declared, name: template, belongsTo },
        coordinator.minimumScope,
      ).scope;
      locks.set(`${system} ${template}`, { system, definition: name, template, declared, effective });
      const warning = use.activeActive && warningOf(effective, belongsTo);
      if (warning) warnings.add(`${system}: ${name} (${template}) ${warning}`);
      if (template === definition.perArray) {
        warnings.add(
          `${system}: ${name} is named per array (${template}): nodes of OpenStack Cinder are not excluded`,
        );
      }
    }
  }
  const report = { locks: [...locks.values()], warnings: [...warnings] };
  return { ...report, toString: () => format(report.locks, report.warnings) };
}

/** What is to be said of a lock in a driver that claims to be Active-Active. */
function warningOf(effective: Scope, belongsTo: "host" | "process" | undefined): string | undefined {
  if (effective === "global" || belongsTo !== undefined) return undefined;
  const reach = effective === "node" ? "one host" : "one process";
  return `excludes within ${reach} only, while the driver claims Active-Active: connect with minimumScope "global"`;
}

function format(locks: readonly ReportedLock[], warnings: readonly string[]): string {
  const header = ["system", "lock", "name", "declared", "effective"];
  const rows = locks.map((lock) => [
    lock.system,
    lock.definition,
    lock.template,
    lock.declared,
    lock.effective,
  ]);
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const lines = [header, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, ...warnings.map((warning) => `warning: ${warning}`)].join("\n");
}

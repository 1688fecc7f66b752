import type { FaultCounts, HistoryStatistics } from "@fenceline/testing";

/** Adds the statistics of one history to those of all before. */
export function addStatistics(
  total: HistoryStatistics | undefined,
  one: HistoryStatistics,
): HistoryStatistics {
  if (total === undefined) return one;
  return {
    events: total.events + one.events,
    operations: total.operations + one.operations,
    grants: total.grants + one.grants,
    unknownOutcomes: total.unknownOutcomes + one.unknownOutcomes,
    acceptedWrites: total.acceptedWrites + one.acceptedWrites,
    staleWritesRefused: total.staleWritesRefused + one.staleWritesRefused,
    leasesExpired: total.leasesExpired + one.leasesExpired,
    crashes: total.crashes + one.crashes,
    pauses: total.pauses + one.pauses,
    faults: addFaults(total.faults, one.faults),
    maxRecoveryMs: Math.max(total.maxRecoveryMs ?? 0, one.maxRecoveryMs ?? 0),
    // Whether the last wish of each history came true says nothing about the machinery: any may be refused.
    lastOperationSucceeded: total.lastOperationSucceeded || one.lastOperationSucceeded,
  };
}

type Faults = Readonly<Record<string, FaultCounts>>;

function addFaults(total: Faults, one: Faults): Faults {
  const sum = { ...total };
  for (const [type, { fired, healed, planned }] of Object.entries(one)) {
    const before = sum[type] ?? { fired: 0, healed: 0, planned: 0 };
    sum[type] = {
      fired: before.fired + fired,
      healed: before.healed + healed,
      planned: before.planned + planned,
    };
  }
  return sum;
}

/** What a fault acts on. Two faults of a pair act on different things. */
type FaultGroup = "clock" | "member" | "network" | "operator" | "worker";

interface FaultKindFacts {
  readonly group: FaultGroup;
  /** How long it lasts at least and at most, in milliseconds. */
  readonly lastsMs: readonly [number, number];
}

export type FaultKind =
  | "worker-kill"
  | "worker-pause"
  | "worker-blocked"
  | "clock-forward"
  | "clock-back"
  | "member-kill"
  | "leader-kill"
  | "leader-pause"
  | "leader-cut-off"
  | "cluster-restart"
  | "quorum-loss"
  | "disk-full"
  | "worker-cut-off"
  | "requests-cut"
  | "answers-cut"
  | "answers-lost"
  | "cut-from-leader"
  | "link-slow"
  | "link-lossy"
  | "lease-revoked"
  | "lock-key-deleted"
  | "compaction"
  | "defragmentation";

/** All kinds of faults by name. What lasts "beyond the TTL" goes by the 3 s that the runner's workers ask for. */
export const faultKinds: Readonly<Record<FaultKind, FaultKindFacts>> = {
  "worker-kill": { group: "worker", lastsMs: [500, 2_500] },
  "worker-pause": { group: "worker", lastsMs: [4_000, 6_000] },
  "worker-blocked": { group: "worker", lastsMs: [3_500, 5_000] },
  "clock-forward": { group: "clock", lastsMs: [3_500, 6_000] },
  "clock-back": { group: "clock", lastsMs: [2_000, 4_000] },
  "member-kill": { group: "member", lastsMs: [1_500, 4_000] },
  "leader-kill": { group: "member", lastsMs: [1_500, 4_000] },
  "leader-pause": { group: "member", lastsMs: [3_000, 6_000] },
  "leader-cut-off": { group: "member", lastsMs: [3_000, 6_000] },
  "cluster-restart": { group: "member", lastsMs: [200, 1_500] },
  "quorum-loss": { group: "member", lastsMs: [2_000, 6_000] },
  "disk-full": { group: "member", lastsMs: [1_500, 3_500] },
  "worker-cut-off": { group: "network", lastsMs: [3_500, 6_000] },
  "requests-cut": { group: "network", lastsMs: [3_500, 6_000] },
  "answers-cut": { group: "network", lastsMs: [3_500, 6_000] },
  "answers-lost": { group: "network", lastsMs: [600, 1_500] },
  "cut-from-leader": { group: "network", lastsMs: [3_500, 6_000] },
  "link-slow": { group: "network", lastsMs: [3_000, 6_000] },
  "link-lossy": { group: "network", lastsMs: [3_000, 6_000] },
  "lease-revoked": { group: "operator", lastsMs: [500, 500] },
  "lock-key-deleted": { group: "operator", lastsMs: [500, 500] },
  compaction: { group: "operator", lastsMs: [500, 500] },
  defragmentation: { group: "operator", lastsMs: [500, 1_000] },
};

export const faultNames: readonly FaultKind[] = Object.keys(faultKinds) as FaultKind[];

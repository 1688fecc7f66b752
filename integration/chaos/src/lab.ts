import type { EtcdCluster, EtcdMember } from "@fenceline/testing";
import type { Break } from "./breaks.js";
import type { EtcdGateway } from "./etcd-gateway.js";
import type { Recorder } from "./recorder.js";
import type { PlannedFault } from "./schedule.js";
import type { Workers } from "./workers.js";

/** What faults are injected into. */
export interface Lab {
  readonly cluster: EtcdCluster;
  readonly gateway: EtcdGateway;
  readonly workers: Workers;
  readonly recorder: Recorder;
  /** What operators took from workers. */
  readonly breaks: Break[];
  /** When a leader that had stood still was let go on. */
  readonly resumedMs: number[];
}

/**
 * Injects a fault, calls `fired` once it is there, and resolves when it has lasted as long as planned and is over.
 * Rejects if it cannot be injected.
 */
export type InjectFault = (lab: Lab, fault: PlannedFault, fired: () => void) => Promise<void>;

export function memberAt({ cluster }: Lab, index: number): EtcdMember {
  return cluster.members[index] as EtcdMember;
}

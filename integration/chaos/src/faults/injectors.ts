import type { FaultKind } from "../fault-kinds.js";
import type { InjectFault } from "../lab.js";
import {
  cutLeaderOff,
  fillDisk,
  killLeader,
  killMember,
  loseQuorum,
  pauseLeader,
  restartCluster,
} from "./member-faults.js";
import {
  cutAnswers,
  cutFromLeader,
  cutRequests,
  cutWorkerOff,
  loseAnswers,
  makeLinksLossy,
  slowLinksDown,
} from "./network-faults.js";
import { compact, defragment, deleteLockKey, revokeLease } from "./operator-faults.js";
import { blockWorker, killWorker, pauseWorker, setClockBack, suspendClock } from "./worker-faults.js";

/** How each kind of fault is injected. */
export const injectors: Readonly<Record<FaultKind, InjectFault>> = {
  "worker-kill": killWorker,
  "worker-pause": pauseWorker,
  "worker-blocked": blockWorker,
  "clock-forward": suspendClock,
  "clock-back": setClockBack,
  "member-kill": killMember,
  "leader-kill": killLeader,
  "leader-pause": pauseLeader,
  "leader-cut-off": cutLeaderOff,
  "cluster-restart": restartCluster,
  "quorum-loss": loseQuorum,
  "disk-full": fillDisk,
  "worker-cut-off": cutWorkerOff,
  "requests-cut": cutRequests,
  "answers-cut": cutAnswers,
  "answers-lost": loseAnswers,
  "cut-from-leader": cutFromLeader,
  "link-slow": slowLinksDown,
  "link-lossy": makeLinksLossy,
  "lease-revoked": revokeLease,
  "lock-key-deleted": deleteLockKey,
  compaction: compact,
  defragmentation: defragment,
};

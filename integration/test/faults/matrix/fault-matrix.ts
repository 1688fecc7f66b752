import { access } from "./access.js";
import { cluster } from "./cluster.js";
import type { FaultFamily } from "./fault-cell.js";
import { holders } from "./holders.js";
import { network } from "./network.js";
import { nodeScope } from "./node-scope.js";
import { processes } from "./processes.js";
import { resources } from "./resources.js";
import { waiters } from "./waiters.js";

/** What can go wrong, what has to come of it, and where that is checked. */
export const faultMatrix: readonly FaultFamily[] = [
  holders,
  waiters,
  network,
  cluster,
  access,
  resources,
  nodeScope,
  processes,
];

import { freeLock } from "./free-lock.js";
import { heldLocks } from "./held-locks.js";
import { hotLock } from "./hot-lock.js";
import { hotLockProcesses } from "./hot-lock-processes.js";
import { localScopes } from "./local-scopes.js";
import { manyKeys } from "./many-keys.js";
import { manyWaiters } from "./many-waiters.js";
import { ownLocks } from "./own-locks.js";
import type { Scenario } from "./scenario.js";
import { startUp } from "./start-up.js";
import { tracingCost } from "./tracing-cost.js";

/** In the order in which they are run and shown. */
export const scenarios: readonly Scenario[] = [
  ...[freeLock, ownLocks, hotLock, hotLockProcesses, manyKeys],
  ...[heldLocks, manyWaiters, localScopes, startUp, tracingCost],
];

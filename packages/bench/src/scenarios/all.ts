import { freeLock } from "./free-lock.js";
import { hotLock } from "./hot-lock.js";
import { hotLockProcesses } from "./hot-lock-processes.js";
import { ownLocks } from "./own-locks.js";
import type { Scenario } from "./scenario.js";

/** In the order in which they are run and shown. */
export const scenarios: readonly Scenario[] = [freeLock, ownLocks, hotLock, hotLockProcesses];

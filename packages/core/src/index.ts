export type { AcquireOptions, Coordinator, LockKeys } from "./coordinator.js";
export * from "./errors.js";
export { FencingToken } from "./fencing/fencing-token.js";
export type { Interceptor, Operation } from "./interceptor.js";
export type { Lock } from "./lock.js";
export { type LockKey, lockKey, type Scope } from "./lock-key.js";

export type { Clock, Timer } from "./clock.js";
export { connect } from "./connect.js";
export type { ConnectOptions, EtcdOptions, ReplaceableParts, TlsOptions } from "./connect-options.js";
export type { AcquireOptions, CloseOptions, Coordinator, LockKeys } from "./coordinator.js";
export {
  AlreadyHeldError,
  CoordinatorClosedError,
  type ErrorCode,
  EtcdError,
  FencelineError,
  InvalidArgumentError,
  LockLostError,
  LockPathError,
  LockTimeoutError,
  SessionLostError,
  StaleTokenError,
  UnreadableTokenError,
} from "./errors.js";
export { type CallPolicyOptions, createCallPolicy } from "./etcd/call-policy.js";
export type { EtcdPort } from "./etcd/port.js";
export type { GuardedTxn, GuardedTxnResult } from "./etcd/txn-builder.js";
export type { EtcdTokenGate } from "./fencing/etcd-token-gate.js";
export { FencingToken, type FencingTokens } from "./fencing/fencing-token.js";
export { createMemoryTokenGate, type MemoryTokenGate } from "./fencing/memory-token-gate.js";
export {
  createSqlTokenGate,
  type SqlDialect,
  type SqlResult,
  type SqlTokenGateOptions,
  tokenGateTableSql,
} from "./fencing/sql-token-gate.js";
export type { TokenGate } from "./fencing/token-gate.js";
export type { Interceptor, Operation } from "./interceptor.js";
export type { Lock } from "./lock.js";
export { currentLock } from "./lock-context.js";
export { type LockKey, lockKey, MAX_NAME_BYTES, type Scope } from "./lock-key.js";
export type { HandOver } from "./scopes/global-grant.js";
export type { SessionState } from "./session/session-state.js";

export type { Clock, Timer } from "./clock.js";
export { connect } from "./connect.js";
export type { ConnectOptions, EtcdOptions, ReplaceableParts, TlsOptions } from "./connect-options.js";
export type { AcquireOptions, CloseOptions, Coordinator, LockKeys } from "./coordinator.js";
export { type Guarded, guard, type LockBindings, type MethodName } from "./definitions/guard.js";
export { type DriverLocks, type DriverOptions, guardDriver } from "./definitions/guard-driver.js";
export type { CallKeys, GuardOptions } from "./definitions/guarded-method.js";
export {
  type AnyLockDefinition,
  defineLock,
  type GuardedMethod,
  type LockDefinition,
  nameLocks,
  renderKey,
} from "./definitions/lock-definition.js";
export type {
  FileWithoutLock,
  GuardedCall,
  LockDefinitionOptions,
  LockSource,
} from "./definitions/lock-definition-options.js";
export type { FormerName, LockNaming } from "./definitions/lock-naming.js";
export { type LockReport, lockReport, type ReportedLock } from "./definitions/lock-report.js";
export type { ParameterName, ParameterValue, TemplateParameters } from "./definitions/name-template.js";
export { type SynchronizedDecorator, synchronized } from "./definitions/synchronized.js";
export type { DiagnosticChannel, DiagnosticEvents } from "./diagnostics.js";
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
  NodeScopeUnavailableError,
  SessionLostError,
  StaleTokenError,
  UnreadableTokenError,
} from "./errors.js";
export { type BreakerState, type CallPolicyOptions, createCallPolicy } from "./etcd/call-policy.js";
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
export type { AcquireOperation, CoordinatorInfo, Interceptor, Operation } from "./interceptor.js";
export type { Lock } from "./lock.js";
export { currentLock } from "./lock-context.js";
export { type LockKey, liftKey, lockKey, MAX_NAME_BYTES, type Scope } from "./lock-key.js";
export { type LockLocation, type LockLocationOptions, lockLocation } from "./lock-location.js";
export type { Random } from "./random.js";
export type { Blocker } from "./recipes/blocker.js";
export type { PreviousHolder, RecoveryMark } from "./recipes/recovery-marks.js";
export type { HandOver } from "./scopes/global-grant.js";
export type { LockFileNaming } from "./scopes/lock-file-naming.js";
export type { SessionState } from "./session/session-state.js";
export { isTraceParent } from "./trace-parent.js";
export type { WireFormat } from "./wire-format.js";

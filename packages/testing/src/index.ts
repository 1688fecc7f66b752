export {
  type Adapter,
  type AdapterExamples,
  adapterContract,
  type CallInputs,
  type ExampleCall,
  type NamedExample,
  type NestedExample,
} from "./contracts/adapter-contract.js";
export type { ContractCase } from "./contracts/contract-case.js";
export {
  type Contender,
  type Contenders,
  type ScopeContractOptions,
  scopeContract,
} from "./contracts/scope-contract.js";
export { openSqlTokenGateSubject, type SqlDatabase } from "./contracts/sql-token-gate-subject.js";
export {
  type TokenGateContractOptions,
  type TokenGateSubject,
  tokenGateContract,
} from "./contracts/token-gate-contract.js";
export { EtcdNotFoundError, EtcdStartError, UnsupportedError } from "./etcd/errors.js";
export type { ClusterAuth, EtcdCluster } from "./etcd/etcd-cluster.js";
export type { EtcdMember } from "./etcd/etcd-member.js";
export { type EtcdSource, type FindEtcdOptions, findEtcd } from "./etcd/find-etcd.js";
export type { PeerDirection } from "./etcd/member-runtime.js";
export { startEtcd } from "./etcd/start-etcd.js";
export type { AuthOptions, MemberPlace, StartEtcdOptions } from "./etcd/start-options.js";
export type { Direction, LineFaults } from "./faults/line.js";
export { startTcpProxy, type TcpProxy, type TcpProxyOptions } from "./faults/tcp-proxy.js";
export { checkHistory, type HistoryReport } from "./history/check-history.js";
export type { CheckHistoryOptions } from "./history/check-options.js";
export { HistoryError } from "./history/errors.js";
export type { HistoryEvent, LeftEntry } from "./history/events.js";
export { formatEvent, type ParseHistoryOptions, parseHistory } from "./history/history-lines.js";
export type { FaultCounts, HistoryStatistics } from "./history/statistics.js";
export type { CheckName, Violation } from "./history/violation.js";
export { voidReasons } from "./history/void-run.js";
export type { EtcdStore } from "./simulation/etcd-store.js";
export { createSimulatedClock, type SimulatedClock } from "./simulation/simulated-clock.js";
export type { SimulatedConnection } from "./simulation/simulated-connection.js";
export {
  createSimulatedEtcd,
  type SimulatedEtcd,
  type SimulatedEtcdOptions,
} from "./simulation/simulated-etcd.js";
export { createSimulatedProcess, type SimulatedProcess } from "./simulation/simulated-process.js";
export {
  type Certificate,
  type CertificateAuthority,
  type CertificateOptions,
  createCertificateAuthority,
} from "./tls/certificates.js";
export type { CertificateFiles, PemFile, TlsMaterial } from "./tls/tls-material.js";

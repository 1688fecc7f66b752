export {
  type Adapter,
  type AdapterExamples,
  adapterContract,
  type CallInputs,
  type ExampleCall,
  type NestedExample,
} from "./contracts/adapter-contract.js";
export type { ContractCase } from "./contracts/contract-case.js";
export { openSqlTokenGateSubject, type SqlDatabase } from "./contracts/sql-token-gate-subject.js";
export {
  type TokenGateContractOptions,
  type TokenGateSubject,
  tokenGateContract,
} from "./contracts/token-gate-contract.js";
export { createSimulatedClock } from "./simulation/simulated-clock.js";

/** One test of a contract, for whatever test runner there is. */
export interface ContractCase {
  /** What holds, as a test's title. */
  readonly name: string;
  /** Rejects if it does not hold. */
  readonly run: () => Promise<void>;
}

import { InvalidArgumentError } from "../errors.js";

declare const fencingToken: unique symbol;

/**
 * A number that grows with every grant of a lock: compare with `<` and `>`, print with a template string,
 * store as a signed 64-bit integer. Show it to the resource with every write; the resource refuses a token
 * smaller than the largest it has seen (see `TokenGate`).
 *
 * Tokens of different locks are not comparable: use one lock for one resource.
 */
export type FencingToken = bigint & { readonly [fencingToken]: true };

const SEQUENCE_BITS = 20n;
/** How many turns one global lock may be handed on inside a process before the token's sequence part is full. */
export const MAX_SEQUENCE: number = 2 ** Number(SEQUENCE_BITS) - 1;
const LARGEST = 2n ** 63n - 1n;

/** How tokens are made and taken apart. */
export interface FencingTokens {
  /** The token of a global lock: etcd's revision at the grant first, then the turn inside the process. */
  readonly of: (revision: bigint, sequence?: number) => FencingToken;
  /** Reads what `${token}` printed. Throws `InvalidArgumentError` for anything else. */
  readonly parse: (text: string) => FencingToken;
  /** Takes a number that was stored as one, for example by a database. */
  readonly from: (value: bigint) => FencingToken;
  /** etcd's revision at which the lock was granted to this process: what a global lock's token is made from. */
  readonly revision: (token: FencingToken) => bigint;
  /** The turn inside the process; 0 for the first holder after that. */
  readonly sequence: (token: FencingToken) => number;
}

export const FencingToken: FencingTokens = {
  of(revision, sequence = 0) {
    if (!Number.isInteger(sequence) || sequence < 0 || sequence > MAX_SEQUENCE) {
      throw new InvalidArgumentError("sequence", `an integer from 0 to ${MAX_SEQUENCE}`, sequence);
    }
    return FencingToken.from((revision << SEQUENCE_BITS) | BigInt(sequence));
  },
  parse(text) {
    if (typeof text !== "string" || !/^(0|[1-9]\d{0,18})$/.test(text)) {
      throw new InvalidArgumentError("token", "1 to 19 decimal digits without leading zeros", text);
    }
    return FencingToken.from(BigInt(text));
  },
  from(value) {
    if (typeof value !== "bigint" || value < 0n || value > LARGEST) {
      throw new InvalidArgumentError("token", `a bigint from 0n to ${LARGEST}n`, value);
    }
    return value as FencingToken;
  },
  revision: (token) => token >> SEQUENCE_BITS,
  sequence: (token) => Number(token & BigInt(MAX_SEQUENCE)),
};

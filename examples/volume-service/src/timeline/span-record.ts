/** A span of a request or of a holding, as a node writes it down: one line of JSON when it begins, one when it ends. */
export interface SpanRecord {
  readonly kind: "acquire" | "hold";
  readonly spanId: string;
  readonly node: string;
  /** Names of the locks, as rendered. */
  readonly names: readonly string[];
  /** Template of the names; absent for a lock without one. */
  readonly template?: string | undefined;
  readonly operation?: string | undefined;
  /** Fencing token in decimal digits; only of a holding. */
  readonly token?: string | undefined;
  /** Milliseconds since 1970, with fractions. */
  readonly startMs: number;
  /** Absent as long as the span has not ended; of a node that was killed, for ever. */
  readonly endMs?: number | undefined;
  /** How it ended: a request `acquired`, a holding `released` or `lost`, and others. */
  readonly outcome?: string | undefined;
  /** Why a lock was lost. */
  readonly lostReason?: string | undefined;
  /** Ids of the holdings that a request waited for. */
  readonly blockedBy: readonly string[];
  /** Id of the request that a holding was granted to. */
  readonly grantedBy?: string | undefined;
}

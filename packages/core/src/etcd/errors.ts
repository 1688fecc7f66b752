import { type ErrorCode, EtcdError } from "../errors.js";
import { GrpcStatus } from "./grpc-status.js";

interface Rule {
  readonly status: readonly number[];
  readonly text?: RegExp;
  readonly code: Extract<ErrorCode, `etcd_${string}`>;
  /** The same call may succeed later, or on another member. */
  readonly retryable: boolean;
  /** The call may have been applied although it failed. */
  readonly ambiguous: boolean;
}

const NO_STATUS = -1;
const {
  CANCELLED,
  UNKNOWN,
  INVALID_ARGUMENT,
  DEADLINE_EXCEEDED,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  FAILED_PRECONDITION,
  ABORTED,
  INTERNAL,
  UNAVAILABLE,
  UNAUTHENTICATED,
} = GrpcStatus;

/** The first rule that fits decides; what fits none was refused by etcd for good. */
const rules: readonly Rule[] = [
  {
    // By the client itself, while another is opened in its place.
    status: [NO_STATUS],
    text: /client was already closed/,
    code: "etcd_unavailable",
    retryable: true,
    ambiguous: false,
  },
  {
    status: [UNAVAILABLE],
    text: /No connection established|Name resolution failed|failed to connect/i,
    code: "etcd_unavailable",
    retryable: true,
    ambiguous: false,
  },
  {
    status: [UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, ABORTED, INTERNAL],
    code: "etcd_unavailable",
    retryable: true,
    ambiguous: true,
  },
  {
    status: [PERMISSION_DENIED, UNAUTHENTICATED],
    code: "etcd_auth",
    retryable: false,
    ambiguous: false,
  },
  {
    status: [INVALID_ARGUMENT, FAILED_PRECONDITION, UNKNOWN],
    text: /auth(entication)? (failed|is not enabled|token)|user name|permission denied|invalid auth/i,
    code: "etcd_auth",
    retryable: false,
    ambiguous: false,
  },
  {
    status: [RESOURCE_EXHAUSTED],
    text: /too many requests/,
    code: "etcd_unavailable",
    retryable: true,
    ambiguous: false,
  },
  {
    status: [UNKNOWN],
    text: /^(?!.*etcdserver:)/,
    code: "etcd_unavailable",
    retryable: true,
    ambiguous: true,
  },
];

/** What a call to an endpoint failed with, and what that says about the call. */
export interface CallFailure {
  readonly error: EtcdError;
  readonly ambiguous: boolean;
}

/**
 * Turns whatever the client below throws into an `EtcdError`. Total: anything unknown counts as refused.
 * etcd3 keeps of a gRPC error only its text, "14 UNAVAILABLE: …".
 */
export function toCallFailure(thrown: unknown, endpoint: string): CallFailure {
  if (thrown instanceof EtcdError) return { error: thrown, ambiguous: false };
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  const [, status = NO_STATUS, details = text] = /^(?:\w+: )?(\d+) [A-Z_]+: (.*)$/s.exec(text) ?? [];
  const rule = rules.find(
    (candidate) => candidate.status.includes(Number(status)) && (candidate.text?.test(details) ?? true),
  );
  const { code, retryable, ambiguous } = rule ?? {
    code: "etcd_rejected",
    retryable: false,
    ambiguous: false,
  };
  const error = new EtcdError(code, `etcd at ${endpoint}: ${details}`, { cause: thrown, retryable });
  return { error, ambiguous };
}

/** etcd does not know the lease (any more). */
export function isLeaseNotFound(error: unknown): boolean {
  return error instanceof EtcdError && error.message.includes("requested lease not found");
}

/** The lease was granted before, by an attempt the answer of which was lost. */
export function isLeaseExists(error: unknown): boolean {
  return error instanceof EtcdError && error.message.includes("lease already exists");
}

/** The token of etcd's user is not valid (any more), as a client below has told it. */
export function isTokenRefused(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message.includes("invalid auth token");
}

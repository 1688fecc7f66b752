/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
export const GrpcStatus = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

const names = new Map<number, string>(Object.entries(GrpcStatus).map(([name, status]) => [status, name]));

/** What a call failed with, in the words of grpc-js: "14 UNAVAILABLE: …". */
export class GrpcError extends Error {
  override readonly name = "GrpcError";

  constructor(status: number, details: string, options?: ErrorOptions) {
    super(`${status} ${names.get(status) ?? "UNKNOWN"}: ${details}`, options);
  }
}

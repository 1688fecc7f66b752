/** Neither a running cluster was named nor a way found to start one. */
export class EtcdNotFoundError extends Error {
  readonly code = "etcd_not_found";

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "EtcdNotFoundError";
  }
}

/** etcd was started and did not get ready, or ended. */
export class EtcdStartError extends Error {
  readonly code = "etcd_start_failed";
  /** The last lines that etcd wrote. */
  readonly log: string;

  constructor(message: string, log = "", cause?: unknown) {
    super(log === "" ? message : `${message}; the end of etcd's log:\n${log}`, { cause });
    this.name = "EtcdStartError";
    this.log = log;
  }
}

/** This kind of cluster, or this machine, cannot do what was asked. */
export class UnsupportedError extends Error {
  readonly code = "unsupported";

  constructor(message: string) {
    super(message);
    this.name = "UnsupportedError";
  }
}

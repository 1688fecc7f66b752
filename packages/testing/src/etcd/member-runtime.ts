/** `toPeer`: what a member sends to another one. `fromPeer`: what it is sent. */
export type PeerDirection = "fromPeer" | "toPeer";

/** How one member is run: as a process, as a container, or by somebody else. */
export interface MemberRuntime {
  readonly name: string;
  readonly clientUrl: string;
  readonly pid: number | undefined;
  isRunning(): Promise<boolean>;
  /** Starts a member that does not run, with the data that it has. Does not wait until it is ready. */
  start(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Resolves when the member has ended; at once if it does not run. */
  kill(): Promise<void>;
  /** Like `kill`, but asks first. */
  stop(): Promise<void>;
  /** Cuts the member off from its peers. */
  isolate(): Promise<void>;
  /** Cuts the line to one peer, given by its name: both ways, or one way. */
  cut(peer: string, direction: PeerDirection | undefined): Promise<void>;
  /** Ends what `isolate` and `cut` did. */
  rejoin(): Promise<void>;
  /** The last lines of its log. */
  log(): Promise<string>;
}

/** How the members of one cluster are run. Disposing ends them all. */
export interface ClusterRuntime extends AsyncDisposable {
  readonly kind: "process" | "container" | "existing";
  readonly members: readonly MemberRuntime[];
}

/** How long `stop` asks before it kills. */
export const STOP_GRACE_MS = 5_000;

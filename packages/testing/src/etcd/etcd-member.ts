import type { TcpProxy } from "../faults/tcp-proxy.js";
import { UnsupportedError } from "./errors.js";
import type { MemberRuntime, PeerDirection } from "./member-runtime.js";

/** One server of a cluster, and what can be done to it. */
export interface EtcdMember {
  readonly name: string;
  /** The URL that clients use; the one of `clientProxy`, where there is one. */
  readonly endpoint: string;
  /** The process, with `kind: "process"` while it runs. */
  readonly pid: number | undefined;
  readonly isPaused: boolean;
  readonly isPartitioned: boolean;
  /** The proxy between clients and this member, with `startEtcd({ clientProxy: true })`. */
  readonly clientProxy: TcpProxy | undefined;
  /** Stops the member in its tracks (SIGSTOP, `docker pause`): connections stay, nothing answers. */
  pause(): Promise<void>;
  /** Ends a pause. */
  resume(): Promise<void>;
  /** Ends the member without warning (SIGKILL). */
  kill(): Promise<void>;
  /** Ends the member in an orderly way (SIGTERM), after five seconds without warning. */
  stop(): Promise<void>;
  /**
   * Starts the member again, with its data and on the same port; stops it before if it runs. Resolves when it
   * takes writes, or at once if too few other members run for that.
   *
   * @throws EtcdStartError
   */
  restart(): Promise<void>;
  /**
   * Cuts the member off from the other members, both ways; with `clients` from clients too, which needs
   * `clientProxy`. Clients stay connected otherwise: a leader goes on answering what needs no majority.
   */
  partition(options?: { readonly clients?: boolean | undefined }): Promise<void>;
  /**
   * Cuts the line to one other member, both ways or one way. Both reach the third, so the cluster may go on with
   * all its members. Processes only.
   */
  cut(peer: EtcdMember, direction?: PeerDirection): Promise<void>;
  /** Ends a partition, cut lines, and all faults of `clientProxy`. */
  heal(): Promise<void>;
  /** The last lines that the member wrote. */
  log(): Promise<string>;
}

export interface MemberOptions {
  readonly runtime: MemberRuntime;
  readonly clientProxy: TcpProxy | undefined;
  /** Waits for the member if enough others run for it to get ready. */
  readonly waitUntilReady: (member: EtcdMember) => Promise<void>;
}

export function createMember(options: MemberOptions): EtcdMember {
  const { runtime, clientProxy } = options;
  let isPaused = false;
  let isPartitioned = false;

  const member: EtcdMember = {
    name: runtime.name,
    endpoint: clientProxy?.endpoint ?? runtime.clientUrl,
    clientProxy,
    get pid() {
      return runtime.pid;
    },
    get isPaused() {
      return isPaused;
    },
    get isPartitioned() {
      return isPartitioned;
    },
    async pause() {
      await runtime.pause();
      isPaused = true;
    },
    async resume() {
      await runtime.resume();
      isPaused = false;
    },
    async kill() {
      await runtime.kill();
      isPaused = false;
    },
    async stop() {
      if (isPaused) await member.resume();
      await runtime.stop();
    },
    async restart() {
      await member.stop();
      await runtime.start();
      await options.waitUntilReady(member);
    },
    async partition({ clients = false } = {}) {
      if (clients && clientProxy === undefined) {
        throw new UnsupportedError("partition({ clients: true }) needs startEtcd({ clientProxy: true })");
      }
      await runtime.isolate();
      isPartitioned = true;
      if (clients) clientProxy?.cut();
    },
    cut: (peer, direction) => runtime.cut(peer.name, direction),
    async heal() {
      clientProxy?.heal();
      await runtime.rejoin();
      isPartitioned = false;
    },
    log: () => runtime.log(),
  };
  return member;
}

import type { IPolicy } from "cockatiel";
import type { Clock } from "./clock.js";
import type { EtcdPort } from "./etcd/port.js";
import type { Interceptor } from "./interceptor.js";
import type { Scope } from "./lock-key.js";
import type { Random } from "./random.js";
import type { HandOver } from "./scopes/global-grant.js";
import type { LockFileNaming } from "./scopes/lock-file-naming.js";
import type { WireFormat } from "./wire-format.js";

export interface ConnectOptions {
  /**
   * How to reach etcd. Text is a URL, `etcd://h1:2379,h2:2379/namespace?ttl=10s&wire=cinder`; `false` means no etcd: the
   * coordinator serves process and node scope. Default: from the environment (see `connect`), and without
   * anything there no etcd.
   */
  readonly etcd?: EtcdOptions | string | false | undefined;
  /**
   * How long after the death of this process its global locks are freed, in milliseconds, 1,000 to 3,600,000.
   * etcd counts whole seconds and grants no less than about 1.5 election timeouts (2 s by default).
   * Default: 10,000.
   */
  readonly ttlMs?: number | undefined;
  /** The name of this node in owner records, at most 200 characters. Default: the host name. */
  readonly node?: string | undefined;
  /**
   * What all keys in etcd begin with, before a `/`: a path of ASCII letters, digits and `._-`. A role needs
   * read and write permission on exactly this prefix, and for Cinder's keys on one more (`wire`). Default: "fenceline".
   */
  readonly namespace?: string | undefined;
  /**
   * With whom global locks agree. `"etcd"`: with `etcdctl lock` and Go's `concurrency.Mutex`, first come, first
   * served. `"cinder"`: with Python nodes of Cinder whose `backend_url` is `etcd3+http://` or `etcd3+https://` on
   * the same etcd; there is no queue, names are ASCII, and the role needs readwrite on the prefix `/tooz/locks`
   * as well, whatever the namespace. Both in a list, in any order: each lock is taken in both formats, first in
   * the queue, so that a fleet can move from one to the other node by node. Members with only `"etcd"` and members
   * with only `"cinder"` do not exclude each other. Default: `"etcd"`.
   */
  readonly wire?: WireFormat | readonly WireFormat[] | undefined;
  /** How long `connect` may take, in milliseconds, 100 to 600,000. Default: 5,000. */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Where the files of node locks are, an absolute path on a local file system. Processes exclude each other
   * only if they use the same directory: name one for services that differ in user or environment, run in
   * containers, or have a `/tmp` of their own. Default: `$XDG_RUNTIME_DIR/fenceline`, else `/run/fenceline`
   * for root, else `fenceline-<uid>` in the directory for temporary files.
   *
   * It is made with mode 0700 if it is missing. It must belong to this user or to root and must not be
   * writable by everybody, and nor may anybody else be able to put another in its place. If its group may
   * write to it, it is shared with the group.
   */
  readonly lockDirectory?: string | undefined;
  /**
   * How the files of node locks are named. `"cinder"`: as Cinder names those of its locks with `external=True`,
   * `cinder-<name>` with `_` for each `/`; with `lockDirectory`, which must be given and be Cinder's
   * `[oslo_concurrency] lock_path`, processes of Cinder on this host and this one exclude each other. Names that
   * differ only in `/` and `_` are one lock then. Default: `"fenceline"`, a file of its own for each name.
   */
  readonly lockFiles?: LockFileNaming | undefined;
  /**
   * How far each lock reaches at least. `"global"` is for services whose nodes all work on the same resources
   * (Active-Active): locks that were declared for one process or one host are then taken in etcd, except those
   * whose key says that it belongs to the host or the process. Default: `"process"`, each as declared.
   */
  readonly minimumScope?: Scope | undefined;
  /**
   * How long a global lock may go from holder to holder inside this process before other nodes get their turn.
   * Default: 1,000 turns and 50 ms.
   */
  readonly handOver?: Partial<HandOver> | undefined;
  /** Wrapped around what the coordinator does, the first one outermost. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** Parts to put in the place of the real ones, for simulations. */
  readonly parts?: ReplaceableParts | undefined;
}

export interface EtcdOptions {
  /**
   * The members' client endpoints, `http://…` or `https://…`, all of one kind. They are connected to directly: proxies that
   * the environment names are not used.
   */
  readonly hosts: readonly string[];
  /** TLS with `https` hosts. Without it the certificate authorities of Node.js are trusted. */
  readonly tls?: TlsOptions | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /**
   * How long one attempt of a call may take, in milliseconds, 50 to 60,000.
   * Default: 1,000, or a quarter of the TTL if that is less.
   */
  readonly attemptTimeoutMs?: number | undefined;
  /** The cockatiel policy around each call. Default: `createCallPolicy()`. */
  readonly callPolicy?: IPolicy | undefined;
}

/**
 * Certificates and keys in PEM: a path to a file, or the content as text (`-----BEGIN…`) or bytes. Files are read
 * again when a connection fails, so that they can be rotated.
 */
export interface TlsOptions {
  readonly ca?: string | Uint8Array | undefined;
  /** The client's certificate, with `key`. */
  readonly cert?: string | Uint8Array | undefined;
  readonly key?: string | Uint8Array | undefined;
  /** The name that the servers' certificates are checked for, if it is not the host's. */
  readonly serverName?: string | undefined;
}

export interface ReplaceableParts {
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** Stands in for the connection to etcd; `etcd` is not looked at then. */
  readonly port?: EtcdPort | undefined;
}

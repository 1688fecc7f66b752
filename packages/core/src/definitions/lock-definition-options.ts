import type { Scope } from "../lock-key.js";
import type { FormerName } from "./lock-naming.js";
import type { ParameterName } from "./name-template.js";

/** A call of a driver that must hold the lock while it runs. */
export interface GuardedCall<Method extends string = string> {
  /** The name of the driver's method. */
  readonly method: Method;
  /** What the lock protects, in a sentence. */
  readonly criticalSection: string;
  /** The call in the system that the definition was taken from: `LioAdm._execute`. */
  readonly origin?: string | undefined;
}

/** A place where a lock was read, so that anyone can look it up. */
export interface LockSource {
  /** `openstack/cinder` */
  readonly repository: string;
  /** The release or branch that was read. */
  readonly release: string;
  readonly commit: string;
  readonly file: string;
  /** The name as it is written there; left out for a lock without a name. */
  readonly template?: string | undefined;
  /** The calls around which the lock stands there. */
  readonly calls: readonly string[];
}

/** A file that documentation lists among those with locks, and that holds none. */
export interface FileWithoutLock extends Omit<LockSource, "template" | "calls"> {
  readonly system: string;
  /** Why it is listed, and where the locks are instead. */
  readonly reason: string;
}

/** All that is known of a kind of lock; every member is data, for catalogues and reports. */
export interface LockDefinitionOptions<
  Template extends string = string,
  Method extends string = string,
  OtherTemplate extends string = string,
> {
  /** The storage system, as people call it. */
  readonly system: string;
  readonly scope: Scope;
  /** The lock's name, parameters in braces: `infinidat-{managementAddress}-lock`. */
  readonly template: Template;
  /** Names that earlier releases used, the oldest first; see `LockNaming.release`. */
  readonly formerNames?: readonly FormerName<OtherTemplate>[] | undefined;
  /** The name with the array's identity in it, where `template` has none; see `LockNaming.per`. */
  readonly perArray?: OtherTemplate | undefined;
  /** What each parameter of these templates means: all of them, and no other. */
  readonly parameters: { readonly [Name in ParameterName<Template | OtherTemplate>]: string };
  /** The driver's calls that the lock guards. */
  readonly guards: readonly GuardedCall<Method>[];
  /**
   * `"cinder"`: the names are OpenStack Cinder's own, byte for byte. Cinder encodes them as ASCII and fails for
   * others, so other characters are refused here too.
   */
  readonly names?: "cinder" | undefined;
  /** The releases that have this lock: from `since` on, and no more from `before` on. */
  readonly releases?:
    | { readonly since?: string | undefined; readonly before?: string | undefined }
    | undefined;
  /** Which locks it is taken inside of, or must not be, in a sentence. */
  readonly nesting?: string | undefined;
  /**
   * Set where a wider scope would be pointless, because the lock protects something of the `host` (a command
   * line tool) or of the `process`.
   */
  readonly belongsTo?: "host" | "process" | undefined;
  /** Makes the name under which `minimumScope` lifts the lock to all nodes, where `name` says something of one host. */
  readonly globalName?: ((name: string) => string) | undefined;
  /** What the array can check of a fencing token: `"none"`, or how. */
  readonly fencing?: string | undefined;
  /**
   * How long the lock rests after an unclean end, in milliseconds, for calls that are still under way: its keys
   * carry it, see `LockKey.lockDelayMs`.
   */
  readonly lockDelayMs?: number | undefined;
  readonly sources?: readonly LockSource[] | undefined;
}

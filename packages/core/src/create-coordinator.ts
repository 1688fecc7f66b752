import { AcquireRequest } from "./acquire-request.js";
import type { Clock } from "./clock.js";
import type { AcquireOptions, Coordinator, LockKeys } from "./coordinator.js";
import { debug } from "./debug.js";
import { publish } from "./diagnostics.js";
import { createEmitter } from "./emitter.js";
import { CoordinatorClosedError, InvalidArgumentError, LockLostError } from "./errors.js";
import type { EtcdTokenGate } from "./fencing/etcd-token-gate.js";
import { type AcquireOperation, type CoordinatorInfo, intercept } from "./interceptor.js";
import type { Lock } from "./lock.js";
import { assertNotNested, type Place, placeOf } from "./lock-context.js";
import { type Granted, LockHandle, type LockHandleContext } from "./lock-handle.js";
import { describeKey, type LockKey, liftKey, type Scope, scopes, toLockKey } from "./lock-key.js";
import { expectInteger, expectKnownOptions, expectText } from "./options.js";
import { Roster } from "./roster.js";
import type { ScopeLocks } from "./scopes/scope-locks.js";
import { etcdNotConfigured } from "./scopes/unconfigured-locks.js";
import type { SessionState } from "./session/session-state.js";
import { sleep } from "./signals.js";
import { Stop } from "./stop-signal.js";

export interface CoordinatorParts {
  readonly info: CoordinatorInfo;
  readonly minimumScope: Scope;
  readonly clock: Clock;
  readonly scopes: { readonly [Name in Scope]: ScopeLocks };
  readonly etcd?: EtcdPart | undefined;
}

/** What stands behind the global scope. */
export interface EtcdPart {
  readonly tokenGate: EtcdTokenGate;
  readonly sessionState: SessionState;
  onSessionState(listener: (state: SessionState) => void): void;
  /** Revokes the lease and closes the connections. */
  close(): Promise<void>;
}

const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;
const LONGEST_OPERATION = 200;

export function createCoordinator(parts: CoordinatorParts): Coordinator {
  const { clock, info, minimumScope, etcd } = parts;
  const { interceptors } = info;
  const closing = new Stop();
  const states = createEmitter<SessionState>();
  const requests = new Roster<AcquireRequest>();
  const held = new Roster<LockHandle>();
  let onAllReleased: () => void = () => {};
  let closed: Promise<void> | undefined;
  etcd?.onSessionState((state) => states.emit(state));

  const effectiveKey = (key: LockKey | string): LockKey => {
    const lifted = liftKey(toLockKey(key), minimumScope);
    const name = parts.scopes[lifted.scope].canonicalName?.(lifted.name) ?? lifted.name;
    return name === lifted.name ? lifted : { ...lifted, name };
  };

  /** The keys as lock keys, each once, in the order given. */
  const toKeys = (keys: LockKeys): readonly LockKey[] => {
    const list = Array.isArray(keys) ? keys : [keys as LockKey | string];
    if (list.length === 0) throw new InvalidArgumentError("keys", "at least one key", "an empty list");
    if (list.length === 1) return [effectiveKey(list[0] as LockKey | string)];
    return [...new Map(list.map(effectiveKey).map((key) => [describeKey(key), key])).values()];
  };

  const handles: LockHandleContext = {
    effectiveKey,
    aroundRelease(lock, release) {
      if (interceptors.length === 0) return release();
      // Whatever the interceptors do with it.
      return intercept(interceptors, { kind: "release", lock }, release)
        .catch((error) => debug("an interceptor failed at a release: %s", error))
        .then(release);
    },
    onLost: (lock, error) => publish("fenceline:hold:lost", () => ({ lock, error })),
    onReleased(lock, facts) {
      if (lock.heldBy !== undefined && held.remove(lock.heldBy))
        publish("fenceline:hold:end", () => ({ lock, ...facts }));
      if (held.size === 0) onAllReleased();
    },
  };

  const toHandle = (operation: AcquireOperation, granted: readonly Granted[], place?: Place): LockHandle => {
    const handle = new LockHandle(handles, operation.keys, granted, place);
    handle.heldBy = held.add(handle);
    publish("fenceline:hold:start", () => ({ lock: handle, operation }));
    handle.watch();
    return handle;
  };

  /** Takes one scope after the other; what was granted is given back if one fails. */
  const takeScopes = async (
    operation: AcquireOperation,
    request: AcquireRequest,
    scoped: readonly ScopedKeys[],
    place: Place | undefined,
  ): Promise<LockHandle | undefined> => {
    const grants: Granted[] = [];
    try {
      for (const { scope, keys } of scoped) {
        const locks = parts.scopes[scope];
        const grant = await (operation.ifAvailable
          ? locks.tryAcquire(keys, request)
          : locks.acquire(keys, request));
        if (grant === undefined) {
          await giveUp(grants);
          return undefined;
        }
        grants.push({ grant, keys });
      }
      // An abort that came together with the last grant wins: nobody would hear of the lock.
      request.throwIfAborted();
    } catch (error) {
      await giveUp(grants);
      throw error;
    }
    request.lock = toHandle(operation, grants, place);
    return request.lock;
  };

  /**
   * Takes the keys, inside the interceptors; what was granted is given back if one of those fails.
   *
   * @param place where it was asked for by who works in a callback; otherwise the holding is a handle's
   */
  const take = async (
    asked: LockKeys,
    options: AcquireOptions,
    ifAvailable: boolean,
    place?: Place,
  ): Promise<LockHandle | undefined> => {
    checkAcquireOptions(options);
    const keys = toKeys(asked);
    closing.throwIfAborted();
    options.signal?.throwIfAborted();
    const scoped = byScope(keys);
    for (const one of scoped) parts.scopes[one.scope].assertKeys?.(one.keys);
    assertNotNested(keys);
    const operation: AcquireOperation = {
      kind: "acquire",
      keys,
      ifAvailable,
      purpose: options.operation,
      signal: options.signal,
      coordinator: info,
      trace: undefined,
    };
    const request = new AcquireRequest(operation, options, clock);
    const underWay = requests.add(request);
    publish("fenceline:acquire:start", () => ({ operation }));
    try {
      await intercept(interceptors, operation, () => {
        const taking = takeScopes(operation, request, scoped, place);
        // An interceptor may have left before this fails.
        taking.catch(() => {});
        return taking;
      });
      if (request.lock === undefined && !ifAvailable) {
        throw new InvalidArgumentError(
          "interceptors",
          "functions that return what next() has come to, or throw",
          "one that did neither",
        );
      }
    } catch (error) {
      publish("fenceline:acquire:end", () => ({ operation, error }));
      await request.lock?.giveUp();
      throw error;
    } finally {
      requests.remove(underWay);
      // Where an interceptor has left before the end, nobody would give back what the request gets yet.
      request.abort(OVER);
      request[Symbol.dispose]();
    }
    const { lock } = request;
    publish("fenceline:acquire:end", () => ({ operation, lock }));
    if (lock !== undefined && place === undefined) announceHolding(lock);
    return lock;
  };

  const runHolding = async <T>(lock: LockHandle, work: (lock: Lock) => T | Promise<T>): Promise<T> => {
    let begun = false;
    const run = (): Promise<T> => {
      begun = true;
      return lock.run(work);
    };
    try {
      const result = await intercept(interceptors, { kind: "hold", lock }, run);
      lock.assertNotLost();
      return result;
    } finally {
      await (begun ? lock.release() : lock.giveUp());
    }
  };

  /** Lets interceptors see the holding of a handle, which no callback encloses. */
  const announceHolding = (lock: LockHandle): void => {
    if (interceptors.length === 0) return;
    intercept(interceptors, { kind: "hold", lock }, () => lock.ended).catch((error) =>
      debug("an interceptor failed at a hold: %s", error),
    );
  };

  const coordinator: Coordinator = {
    node: info.node,
    minimumScope,
    effectiveKey,
    get closed() {
      return closed !== undefined;
    },
    async withLock<T>(
      keys: LockKeys,
      optionsOrWork: AcquireOptions | ((lock: Lock) => T | Promise<T>),
      maybeWork?: (lock: Lock) => T | Promise<T>,
    ): Promise<T> {
      const place = placeOf(coordinator.withLock);
      const options = typeof optionsOrWork === "function" ? {} : optionsOrWork;
      const work = typeof optionsOrWork === "function" ? optionsOrWork : maybeWork;
      if (typeof work !== "function") throw new InvalidArgumentError("work", "a function", work);
      const lock = await take(keys, options, false, place);
      return runHolding(lock as LockHandle, work);
    },
    acquire: (keys, options = {}) => take(keys, options, false) as Promise<Lock>,
    tryAcquire: (keys, options = {}) => take(keys, options, true),
    tokenGate() {
      closing.throwIfAborted();
      if (etcd === undefined) throw etcdNotConfigured("a token gate in etcd");
      return etcd.tokenGate;
    },
    get sessionState() {
      return etcd?.sessionState ?? { status: "none" };
    },
    onSessionState: (listener) => states.on(listener),
    sessionStates: (options = {}) => states.values(options.signal),
    async close(options = {}) {
      expectKnownOptions("options", options, ["drainMs"]);
      const { drainMs = 0 } = options;
      expectInteger("drainMs", drainMs, 0, LONGEST_TIMEOUT_MS);
      closed ??= close(drainMs);
      await closed;
    },
    [Symbol.asyncDispose]: () => coordinator.close(),
  };
  return coordinator;

  async function close(drainMs: number): Promise<void> {
    closing.abort(new CoordinatorClosedError());
    for (const request of requests.members()) request.abort(closing.reason);
    if (held.size > 0 && drainMs > 0) {
      const drained = new Stop();
      onAllReleased = () => drained.abort(undefined);
      await sleep(clock, drainMs, drained).catch(() => {});
    }
    const cause = new CoordinatorClosedError();
    const names = (lock: Lock): string[] => lock.keys.map((key) => key.name);
    await Promise.all(
      held.members().map((lock) => lock.revoke(new LockLostError(names(lock), cause.message, { cause }))),
    );
    await etcd?.close();
    states.end();
  }
}

/** One for all: it reaches nobody but an interceptor that has left and listens all the same. */
const OVER = new Error("the request is over");

interface ScopedKeys {
  readonly scope: Scope;
  readonly keys: readonly LockKey[];
}

/** The keys of each scope, the narrowest first; most requests are of one scope only. */
function byScope(keys: readonly LockKey[]): readonly ScopedKeys[] {
  const { scope } = keys[0] as LockKey;
  if (keys.every((key) => key.scope === scope)) return [{ scope, keys }];
  return scopes
    .map((one) => ({ scope: one, keys: keys.filter((key) => key.scope === one) }))
    .filter((scoped) => scoped.keys.length > 0);
}

async function giveUp(grants: readonly Granted[]): Promise<void> {
  for (const { grant } of grants.toReversed()) await grant.release("given up");
}

function checkAcquireOptions(options: AcquireOptions): void {
  expectKnownOptions("options", options, ["timeoutMs", "signal", "operation", "onBlocked"]);
  if (options.timeoutMs !== undefined) expectInteger("timeoutMs", options.timeoutMs, 1, LONGEST_TIMEOUT_MS);
  if (options.operation !== undefined) expectText("operation", options.operation, LONGEST_OPERATION);
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
    throw new InvalidArgumentError("signal", "an AbortSignal", options.signal);
  }
  if (options.onBlocked !== undefined && typeof options.onBlocked !== "function") {
    throw new InvalidArgumentError("onBlocked", "a function", options.onBlocked);
  }
}

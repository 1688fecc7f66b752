import type { Clock } from "./clock.js";
import type { AcquireOptions, Coordinator, LockKeys } from "./coordinator.js";
import { debug } from "./debug.js";
import { publish } from "./diagnostics.js";
import { createEmitter } from "./emitter.js";
import { CoordinatorClosedError, InvalidArgumentError, LockLostError, LockTimeoutError } from "./errors.js";
import type { EtcdTokenGate } from "./fencing/etcd-token-gate.js";
import { type AcquireOperation, type CoordinatorInfo, intercept } from "./interceptor.js";
import type { Lock } from "./lock.js";
import { assertNotNested, type Place, placeOf } from "./lock-context.js";
import { type Granted, LockHandle, type LockHandleContext } from "./lock-handle.js";
import { describeKey, type LockKey, liftKey, type Scope, scopes, toLockKey } from "./lock-key.js";
import { expectInteger, expectKnownOptions, expectText } from "./options.js";
import type { Blocker } from "./recipes/blocker.js";
import type { LockRequest, ScopeLocks } from "./scopes/scope-locks.js";
import { etcdNotConfigured } from "./scopes/unconfigured-locks.js";
import type { SessionState } from "./session/session-state.js";
import { linkSignals, sleep } from "./signals.js";
import { Stop } from "./stop-signal.js";
import { isTraceParent } from "./trace-parent.js";

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
  const held = new Set<LockHandle>();
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
    return [...new Map(list.map(effectiveKey).map((key) => [describeKey(key), key])).values()];
  };

  const handles: LockHandleContext = {
    effectiveKey,
    async aroundRelease(lock, release) {
      if (interceptors.length > 0) {
        await intercept(interceptors, { kind: "release", lock }, release).catch((error) =>
          debug("an interceptor failed at a release: %s", error),
        );
      }
      // Whatever the interceptors did with it.
      await release();
    },
    onLost: (lock, error) => publish("fenceline:hold:lost", () => ({ lock, error })),
    onReleased(lock, facts) {
      if (held.delete(lock)) publish("fenceline:hold:end", () => ({ lock, ...facts }));
      if (held.size === 0) onAllReleased();
    },
  };

  const toHandle = (operation: AcquireOperation, granted: readonly Granted[], place?: Place): LockHandle => {
    const handle = new LockHandle(handles, operation.keys, granted, place);
    held.add(handle);
    publish("fenceline:hold:start", () => ({ lock: handle, operation }));
    handle.watch();
    return handle;
  };

  const takeScopes = async (keys: readonly LockKey[], request: LockRequest, ifAvailable: boolean) => {
    const grants: Granted[] = [];
    try {
      for (const scope of scopes) {
        const scoped = keysOf(scope, keys);
        if (scoped.length === 0) continue;
        const locks = parts.scopes[scope];
        const grant = ifAvailable
          ? await locks.tryAcquire(scoped, request)
          : await locks.acquire(scoped, request);
        if (grant === undefined) {
          await giveUp(grants);
          return undefined;
        }
        grants.push({ grant, keys: scoped });
      }
      // An abort that came together with the last grant wins: nobody would hear of the lock.
      request.signal.throwIfAborted();
      return grants;
    } catch (error) {
      await giveUp(grants);
      throw error;
    }
  };

  /** Takes the keys, inside the interceptors; what was granted is given back if one of those fails. */
  const take = async (
    keys: readonly LockKey[],
    options: AcquireOptions,
    ifAvailable: boolean,
    place?: Place,
  ) => {
    closing.throwIfAborted();
    options.signal?.throwIfAborted();
    for (const scope of scopes) {
      parts.scopes[scope].assertKeys?.(keysOf(scope, keys));
    }
    assertNotNested(keys);
    const names = keys.map((key) => key.name);
    const operation: AcquireOperation = {
      kind: "acquire",
      keys,
      ifAvailable,
      purpose: options.operation,
      signal: options.signal,
      coordinator: info,
      trace: undefined,
    };
    let blockedBy: string | undefined;
    let handle: LockHandle | undefined;
    const { timeoutMs } = options;
    using linked = linkSignals({
      signals: [options.signal, closing],
      timeoutMs,
      timeoutReason: () => new LockTimeoutError(names, timeoutMs as number, blockedBy),
      clock,
    });
    const onBlocked = (by: Blocker): void => {
      blockedBy = by.text;
      publish("fenceline:acquire:blocked", () => ({ operation, blockedBy: by }));
      try {
        options.onBlocked?.(by.text);
      } catch (error) {
        linked.abort(error);
      }
    };
    publish("fenceline:acquire:start", () => ({ operation }));
    try {
      await intercept(interceptors, operation, async () => {
        const request: LockRequest = {
          signal: linked.signal,
          operation: options.operation,
          trace: isTraceParent(operation.trace) ? operation.trace : undefined,
          onBlocked,
        };
        const granted = await takeScopes(keys, request, ifAvailable);
        handle = granted && toHandle(operation, granted, place);
        return handle;
      });
    } catch (error) {
      publish("fenceline:acquire:end", () => ({ operation, error }));
      await handle?.giveUp();
      throw error;
    }
    publish("fenceline:acquire:end", () => ({ operation, lock: handle }));
    if (handle === undefined && !ifAvailable) {
      throw new InvalidArgumentError(
        "interceptors",
        "functions that call next() or throw",
        "one that did neither",
      );
    }
    return handle;
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
      checkAcquireOptions(options);
      const lock = await take(toKeys(keys), options, false, place);
      return runHolding(lock as LockHandle, work);
    },
    async acquire(keys, options = {}) {
      checkAcquireOptions(options);
      const lock = (await take(toKeys(keys), options, false)) as LockHandle;
      announceHolding(lock);
      return lock;
    },
    async tryAcquire(keys, options = {}) {
      checkAcquireOptions(options);
      const lock = await take(toKeys(keys), options, true);
      if (lock !== undefined) announceHolding(lock);
      return lock;
    },
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
    if (held.size > 0 && drainMs > 0) {
      const drained = new Stop();
      onAllReleased = () => drained.abort(undefined);
      await sleep(clock, drainMs, drained).catch(() => {});
    }
    const cause = new CoordinatorClosedError();
    const names = (lock: Lock): string[] => lock.keys.map((key) => key.name);
    await Promise.all(
      [...held].map((lock) => lock.revoke(new LockLostError(names(lock), cause.message, { cause }))),
    );
    await etcd?.close();
    states.end();
  }
}

/** Those of a scope; most requests are of one scope only. */
function keysOf(scope: Scope, keys: readonly LockKey[]): readonly LockKey[] {
  return keys.every((key) => key.scope === scope) ? keys : keys.filter((key) => key.scope === scope);
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

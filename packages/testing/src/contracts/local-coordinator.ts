import type { Coordinator, Lock, LockKey } from "@fenceline/core";

/** A coordinator that takes locks of every scope in this process, without etcd, and notes what it was asked for. */
export interface LocalCoordinator {
  readonly coordinator: Coordinator;
  /** For each request the locks that it asked for together, as `scope:name`. */
  readonly requests: readonly (readonly string[])[];
}

export function createLocalCoordinator(): LocalCoordinator {
  const requests: string[][] = [];
  const held = new Map<string, Promise<void>>();

  async function withLock<T>(
    keys: readonly LockKey[],
    _options: object,
    work: (lock: Lock) => Promise<T>,
  ): Promise<T> {
    const names = keys.map((key) => `${key.scope}:${key.name}`);
    requests.push(names);
    for (let blocker = blockerOf(names); blocker !== undefined; blocker = blockerOf(names)) await blocker;

    let release: () => void = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    for (const name of names) held.set(name, released);
    let isHeld = true;
    const lock = {
      keys,
      signal: new AbortController().signal,
      get held() {
        return isHeld;
      },
    };
    try {
      return await work(lock as unknown as Lock);
    } finally {
      isHeld = false;
      for (const name of names) held.delete(name);
      release();
    }
  }

  function blockerOf(names: readonly string[]): Promise<void> | undefined {
    const taken = names.find((name) => held.has(name));
    return taken === undefined ? undefined : held.get(taken);
  }

  const coordinator = {
    node: "contract",
    minimumScope: "process",
    effectiveKey: (key: LockKey) => key,
    withLock,
  };
  return { requests, coordinator: coordinator as unknown as Coordinator };
}

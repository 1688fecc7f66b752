import type { Clock, Timer } from "../clock.js";
import { debug } from "../debug.js";
import { createDetached } from "../detached.js";
import type { EtcdPort, WatchStream } from "./port.js";

/** Somebody waits for the deletion of a key that was created at some revision. */
interface DeletionWatch extends Disposable {
  /**
   * Whether etcd already watched the key when it was at this revision: then what was read there, and not deleted
   * yet, needs not be read again before waiting.
   */
  stoodAt(revision: bigint): boolean;
  /**
   * Resolves when etcd watches from now on, or when the watch broke before. Only what is read after this moment
   * cannot have been missed: read again before waiting.
   */
  readonly ready: Promise<void>;
  /** Resolves when the key was deleted, or when the watch broke: read again to know. */
  readonly fired: Promise<void>;
}

export interface DeletionWatches {
  /**
   * @param createRevision deletions before it are of an earlier key of the same name
   * @param queue of the watches for one queue that nobody waits for, only the last is kept
   */
  watch(key: string, createRevision: bigint, queue: string): DeletionWatch;
  close(): void;
}

/** How long a watch stays without anybody who waits, in milliseconds; with the last one the stream is closed. */
const IDLE_MS = 1_000;
/** How often that is looked at, in milliseconds. */
const SWEEP_MS = 500;

/** What etcd tells of one key, and who waits for it. */
interface KeyWatch {
  readonly id: number;
  readonly key: string;
  readonly queue: string;
  /** etcd's revision when it began to watch. */
  createdAt?: bigint;
  /** The revision of the last deletion. */
  deletedAt: bigint;
  readonly waiting: Set<Waiting>;
  idleSince: number;
}

interface Waiting {
  readonly createRevision: bigint;
  readonly ready: Gate;
  readonly fired: Gate;
}

/**
 * Watches of keys on one stream. A watch starts "now", at no revision, which etcd serves at once (one with a revision
 * it has passed waits for a loop of 100 ms), and is never resumed: when the stream breaks all its watches fire, and
 * whoever waits reads, and watches again. So no event can be missed, and compaction cannot end a wait.
 *
 * A watch outlives its wait for a while. In a queue that goes round, the one before is the same each time, under the
 * same key: the next wait for it needs neither a new watch nor another read. If it is another one, the watch goes: it
 * would tell of what is of no interest.
 */
export function createDeletionWatches(port: EtcdPort, clock: Clock): DeletionWatches {
  const detached = createDetached();
  const byId = new Map<number, KeyWatch>();
  const byKey = new Map<string, KeyWatch>();
  /** Of each queue the watch that nobody waits for. */
  const idle = new Map<string, KeyWatch>();
  let stream: WatchStream | undefined;
  let sweepTimer: Timer | undefined;
  let lastId = 0;

  const forget = (watch: KeyWatch): void => {
    byId.delete(watch.id);
    if (idle.get(watch.queue) === watch) idle.delete(watch.queue);
    if (byKey.get(watch.key) === watch) byKey.delete(watch.key);
  };
  /** The watch is over: etcd has ended it, or its stream. */
  const end = (watch: KeyWatch | undefined): void => {
    if (watch === undefined) return;
    forget(watch);
    for (const one of watch.waiting) fire(one);
    sweepLater();
  };
  const cancel = (watch: KeyWatch): void => {
    forget(watch);
    stream?.cancel(watch.id);
  };
  const closeStream = (): void => {
    stream?.close();
    stream = undefined;
  };

  const sweep = (): void => {
    sweepTimer = undefined;
    const longAgo = clock.now() - IDLE_MS;
    for (const watch of byId.values()) {
      if (watch.waiting.size === 0 && watch.idleSince <= longAgo) cancel(watch);
    }
    if (byId.size === 0) closeStream();
    else sweepLater();
  };
  const sweepLater = (): void => {
    sweepTimer ??= clock.startTimer(SWEEP_MS, sweep);
  };

  const openStream = (): WatchStream => {
    const opened = port.openWatch({
      onCreated(watchId, revision) {
        const watch = byId.get(watchId);
        if (watch === undefined) return;
        watch.createdAt = revision;
        for (const one of watch.waiting) one.ready.open();
      },
      onDeleted(watchId, revision) {
        const watch = byId.get(watchId);
        if (watch === undefined) return;
        if (revision > watch.deletedAt) watch.deletedAt = revision;
        for (const one of watch.waiting) if (one.createRevision < revision) fire(one);
      },
      onCanceled: (watchId) => end(byId.get(watchId)),
      onFailed(error) {
        if (stream !== opened) return;
        debug("watch stream failed: %s", error.message);
        stream = undefined;
        for (const watch of [...byId.values()]) end(watch);
      },
    });
    return opened;
  };

  const open = (key: string, queue: string): KeyWatch => {
    stream ??= detached(openStream);
    lastId += 1;
    const watch: KeyWatch = { id: lastId, key, queue, deletedAt: 0n, waiting: new Set(), idleSince: 0 };
    byId.set(watch.id, watch);
    byKey.set(key, watch);
    stream.create(watch.id, key);
    return watch;
  };

  return {
    watch(key, createRevision, queue) {
      const watch = byKey.get(key) ?? open(key, queue);
      const other = idle.get(queue);
      if (other === watch) idle.delete(queue);
      else if (other !== undefined) cancel(other);
      const waiting: Waiting = { createRevision, ready: createGate(), fired: createGate() };
      watch.waiting.add(waiting);
      if (watch.createdAt !== undefined) waiting.ready.open();
      if (watch.deletedAt > createRevision) fire(waiting);
      return {
        stoodAt: (revision) => watch.createdAt !== undefined && watch.createdAt <= revision,
        ready: waiting.ready.opened,
        fired: waiting.fired.opened,
        [Symbol.dispose]() {
          if (!watch.waiting.delete(waiting) || watch.waiting.size > 0 || byId.get(watch.id) !== watch)
            return;
          const other = idle.get(watch.queue);
          if (other !== undefined) cancel(other);
          idle.set(watch.queue, watch);
          watch.idleSince = clock.now();
          sweepLater();
        },
      };
    },
    close() {
      closeStream();
      for (const watch of [...byId.values()]) end(watch);
      sweepTimer?.cancel();
    },
  };
}

function fire({ ready, fired }: Waiting): void {
  ready.open();
  fired.open();
}

interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

function createGate(): Gate {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

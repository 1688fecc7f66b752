import type { Clock, Timer } from "../clock.js";
import { debug } from "../debug.js";
import { createDetached } from "../detached.js";
import type { EtcdPort, WatchStream } from "./port.js";

/** One key, watched for its deletion. */
interface DeletionWatch extends Disposable {
  /**
   * Resolves when etcd watches from now on, or when the watch broke before. Only what is read after this moment
   * cannot have been missed: read again before waiting.
   */
  readonly ready: Promise<void>;
  /** Resolves when the key was deleted, or when the watch broke: read again to know. */
  readonly fired: Promise<void>;
}

export interface DeletionWatches {
  watch(key: string): DeletionWatch;
  close(): void;
}

/** How long the stream stays open without a watch, in milliseconds. */
const IDLE_MS = 5_000;

/**
 * Watches of keys on one stream, open only while somebody waits. A watch starts "now", at no revision, which
 * etcd serves at once (one with a revision it has passed waits for a loop of 100 ms), and is never resumed:
 * when the stream breaks all its watches fire, and whoever waits reads, and watches again. So no event can be
 * missed, and compaction cannot end a wait.
 */
export function createDeletionWatches(port: EtcdPort, clock: Clock): DeletionWatches {
  interface Entry {
    readonly resolveReady: () => void;
    readonly resolveFired: () => void;
  }
  const detached = createDetached();
  const entries = new Map<number, Entry>();
  let stream: WatchStream | undefined;
  let idleTimer: Timer | undefined;
  let lastId = 0;

  const fire = (watchId: number): void => {
    const entry = entries.get(watchId);
    entries.delete(watchId);
    entry?.resolveReady();
    entry?.resolveFired();
    if (entries.size === 0) startIdling();
  };
  const startIdling = (): void => {
    idleTimer?.cancel();
    idleTimer = clock.startTimer(IDLE_MS, closeStream);
  };
  const closeStream = (): void => {
    stream?.close();
    stream = undefined;
  };
  const openStream = (): WatchStream => {
    const opened = port.openWatch({
      onCreated: (watchId) => entries.get(watchId)?.resolveReady(),
      onDeleted(watchId) {
        if (entries.has(watchId)) opened.cancel(watchId);
        fire(watchId);
      },
      onCanceled: fire,
      onFailed(error) {
        if (stream !== opened) return;
        debug("watch stream failed: %s", error.message);
        stream = undefined;
        for (const watchId of [...entries.keys()]) fire(watchId);
      },
    });
    return opened;
  };

  return {
    watch(key) {
      idleTimer?.cancel();
      stream ??= detached(openStream);
      lastId += 1;
      const watchId = lastId;
      const ready = createGate();
      const fired = createGate();
      entries.set(watchId, { resolveReady: ready.open, resolveFired: fired.open });
      stream.create(watchId, key);
      return {
        ready: ready.opened,
        fired: fired.opened,
        [Symbol.dispose]() {
          if (!entries.has(watchId)) return;
          fire(watchId);
          stream?.cancel(watchId);
        },
      };
    },
    close() {
      idleTimer?.cancel();
      closeStream();
      for (const watchId of [...entries.keys()]) fire(watchId);
      idleTimer?.cancel();
    },
  };
}

function createGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

import type { Socket } from "node:net";

/** A pipe that holds back more than this stops reading, as a full TCP window would. */
const HIGH_WATER_BYTES = 2 ** 20;

/** What travels over a pipe. The end and the reset of a connection queue behind its data. */
type Item = Buffer | "end" | "reset";

/** One direction of a proxied connection. */
export interface Pipe {
  /** Forwards what is due, if the line is open. */
  flush(): void;
  /** Drops what was not forwarded yet. */
  close(): void;
}

export interface PipeOptions {
  /** False while nothing may pass. */
  readonly isOpen: () => boolean;
  /** How long an item takes over the line. */
  readonly delayMs: () => number;
}

/**
 * Forwards from `source` to `sink`. While the line is closed everything is kept, the end of the connection
 * too, and forwarded in order when it opens again: to both sides a partition looks like a slow peer.
 */
export function createPipe(source: Socket, sink: Socket, options: PipeOptions): Pipe {
  const queue: { readonly item: Item; readonly arrivedAt: number }[] = [];
  let heldBytes = 0;
  let sinkIsFull = false;
  let timer: NodeJS.Timeout | undefined;

  const push = (item: Item): void => {
    queue.push({ item, arrivedAt: performance.now() });
    if (item instanceof Buffer) heldBytes += item.length;
    flush();
    if (heldBytes > HIGH_WATER_BYTES) source.pause();
  };

  const flush = (): void => {
    while (options.isOpen() && !sinkIsFull) {
      const head = queue[0];
      if (head === undefined) break;
      const waitMs = head.arrivedAt + options.delayMs() - performance.now();
      if (waitMs > 0) {
        timer ??= setTimeout(wake, Math.ceil(waitMs)).unref();
        break;
      }
      queue.shift();
      deliver(head.item);
    }
    if (heldBytes <= HIGH_WATER_BYTES) source.resume();
  };

  const wake = (): void => {
    timer = undefined;
    flush();
  };

  const deliver = (item: Item): void => {
    if (item instanceof Buffer) {
      heldBytes -= item.length;
      if (!sink.destroyed) sinkIsFull = !sink.write(item);
    } else if (item === "end") sink.end();
    else hangUp(sink);
  };

  source.on("data", push);
  source.on("end", () => push("end"));
  source.on("error", () => push("reset"));
  sink.on("drain", () => {
    sinkIsFull = false;
    flush();
  });

  return {
    flush,
    close() {
      clearTimeout(timer);
      queue.length = 0;
    },
  };
}

/**
 * Resets a connection, or gives it up if it is not established. While its end is being sent a reset is refused
 * by libuv, and Node.js then loses the handle and spins; it is closed instead.
 */
export function hangUp(socket: Socket): void {
  const isEnding = socket.writableEnded && !socket.writableFinished;
  if (socket.pending || isEnding) socket.destroy();
  else socket.resetAndDestroy();
}

import { Socket } from "node:net";
import { InvalidArgumentError } from "@fenceline/core";
import { createPipe, hangUp } from "./pipe.js";

/** `toTarget`: what clients send. `toClient`: what the target answers. */
export type Direction = "toTarget" | "toClient";

/** Where a line ends. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** What can be done to a TCP line. It holds for the connections of now and for later ones, until `heal()`. */
export interface LineFaults {
  /** Connections that are open on this side. */
  readonly connections: number;
  /**
   * Nothing is forwarded any more, both ways or one way; connections stay open, and neither their end nor
   * their reset crosses. `cut("toClient")` is "request applied, answer lost".
   */
  cut(direction?: Direction): void;
  /** Everything takes so many milliseconds longer, each way, also what is under way. */
  delay(delayMs: number): void;
  /**
   * The connections of now carry nothing any more, for good and without a word to either side, as when a firewall has
   * forgotten them; later ones are not touched.
   */
  freeze(): void;
  /** Resets all connections (RST, both sides) at once, also over a line that is cut. */
  reset(): void;
  /** Ends cut and delay; what was held back is forwarded in order. */
  heal(): void;
}

/** A line to one target, with faults, that connections are attached to. */
export interface Line extends LineFaults {
  /** Forwards an accepted connection to the target. */
  attach(client: Socket): void;
}

export function createLine(target: Target): Line {
  const cuts = new Set<Direction>();
  const connections = new Set<Connection>();
  let delayMs = 0;

  const flushAll = (): void => {
    for (const connection of connections) connection.flush();
  };

  return {
    get connections() {
      return connections.size;
    },
    attach(client) {
      const connection = createConnection(client, target, {
        isOpen: (direction) => !cuts.has(direction),
        delayMs: () => delayMs,
        onClosed: () => connections.delete(connection),
      });
      connections.add(connection);
      connection.flush();
    },
    cut(direction) {
      if (direction !== undefined && direction !== "toTarget" && direction !== "toClient") {
        throw new InvalidArgumentError("direction", '"toTarget", "toClient" or nothing', direction);
      }
      if (direction !== "toClient") cuts.add("toTarget");
      if (direction !== "toTarget") cuts.add("toClient");
    },
    delay(ms) {
      if (!(Number.isFinite(ms) && ms >= 0)) {
        throw new InvalidArgumentError("delayMs", "a number >= 0", ms);
      }
      delayMs = ms;
      flushAll();
    },
    freeze() {
      for (const connection of connections) connection.freeze();
    },
    reset() {
      for (const connection of connections) connection.reset();
    },
    heal() {
      cuts.clear();
      delayMs = 0;
      flushAll();
    },
  };
}

interface Connection {
  flush(): void;
  freeze(): void;
  reset(): void;
}

interface ConnectionOptions {
  readonly isOpen: (direction: Direction) => boolean;
  readonly delayMs: () => number;
  readonly onClosed: () => void;
}

function createConnection(client: Socket, target: Target, options: ConnectionOptions): Connection {
  const { isOpen, delayMs, onClosed } = options;
  const upstream = new Socket({ allowHalfOpen: true });
  const sockets = [client, upstream];
  let isDialled = false;
  let isFrozen = false;

  const passes = (direction: Direction): boolean => isDialled && !isFrozen && isOpen(direction);
  const toTarget = createPipe(client, upstream, { isOpen: () => passes("toTarget"), delayMs });
  const toClient = createPipe(upstream, client, { isOpen: () => passes("toClient"), delayMs });

  const reset = (): void => {
    toTarget.close();
    toClient.close();
    for (const socket of sockets) hangUp(socket);
  };
  // The target never hears of a client that gave up before the line was open.
  const onClientGone = (): void => {
    if (!isDialled) reset();
  };

  client.on("end", onClientGone);
  client.on("error", onClientGone);
  for (const socket of sockets) {
    socket.setNoDelay();
    socket.unref();
    socket.on("close", () => {
      if (sockets.every((each) => each.destroyed)) onClosed();
    });
  }

  return {
    flush() {
      if (!isDialled && isOpen("toTarget")) {
        isDialled = true;
        upstream.connect(target.port, target.host);
      }
      toTarget.flush();
      toClient.flush();
    },
    freeze() {
      isFrozen = true;
    },
    reset,
  };
}

/** A signal asked the demo to stop. */
export class Interrupted extends Error {
  /** What a shell expects of a program that a signal has ended. */
  readonly exitCode: number;

  constructor(signal: string, signalNumber: number) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + signalNumber;
  }
}

/**
 * Gives up waiting for the work when Ctrl-C or a request to terminate comes, so that what was started is stopped
 * in order. A second one ends the process at once.
 */
export function interruptible<T>(work: Promise<T>): Promise<T> {
  return Promise.race([work, interruption()]);
}

let first: Promise<never> | undefined;

function interruption(): Promise<never> {
  first ??= new Promise((_resolve, reject) => {
    for (const [signal, number] of [
      ["SIGHUP", 1],
      ["SIGINT", 2],
      ["SIGTERM", 15],
    ] as const) {
      process.once(signal, () => reject(new Interrupted(signal, number)));
    }
  });
  return first;
}

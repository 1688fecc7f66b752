import { constants } from "node:os";

/** The signals that ask a program to end. */
const ending: readonly NodeJS.Signals[] = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"];
/** Others that a program may want to hear of, and what a terminal sends. */
const others: readonly NodeJS.Signals[] = ["SIGCONT", "SIGTSTP", "SIGUSR1", "SIGUSR2", "SIGWINCH"];

/** The signals that can be passed on; they have their usual effect no more until this is disposed. */
export interface CaughtSignals extends Disposable {
  /** What is done at each signal. At first, and after `undefined`, those that ask to end do so at once. */
  handler: ((signal: NodeJS.Signals) => void) | undefined;
}

/** Ctrl-Z (SIGTSTP) is among them: whoever is stopped renews no lease, and loses its locks. */
export function catchSignals(): CaughtSignals {
  const caught: CaughtSignals = {
    handler: undefined,
    [Symbol.dispose]() {
      for (const signal of [...ending, ...others]) process.off(signal, listener);
    },
  };
  const listener = (signal: NodeJS.Signals): void => {
    if (caught.handler !== undefined) caught.handler(signal);
    else if (asksToEnd(signal)) process.exit(signalExitCode(signal));
  };
  for (const signal of [...ending, ...others]) process.on(signal, listener);
  return caught;
}

export function asksToEnd(signal: NodeJS.Signals): boolean {
  return ending.includes(signal);
}

/** How a shell reports that a signal has ended a program. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

import { constants } from "node:os";

/** The signals that ask a program to end. */
const ending: readonly NodeJS.Signals[] = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"];
/** Others that a program may want to hear of, and what a terminal sends. */
const others: readonly NodeJS.Signals[] = ["SIGCONT", "SIGTSTP", "SIGUSR1", "SIGUSR2", "SIGWINCH"];

/** The signals that can be passed on; they have their usual effect no more. */
export interface CaughtSignals {
  /** What is done at each signal. Default: nothing. */
  handler: (signal: NodeJS.Signals) => void;
}

/**
 * Catches signals for the rest of this process: also in its last moment one must not change the exit code. Ctrl-Z
 * (SIGTSTP) is among them: whoever is stopped renews no lease, and loses its locks.
 */
export function catchSignals(): CaughtSignals {
  const caught: CaughtSignals = { handler() {} };
  for (const signal of [...ending, ...others]) process.on(signal, () => caught.handler(signal));
  return caught;
}

/** How long a second signal counts as the first one's echo, in milliseconds: npx passes on what all have got. */
const ECHO_MS = 1_000;

/** A handler for a process that is about to end: who asks again ends it at once. */
export function endWhenAskedAgain(): (signal: NodeJS.Signals) => void {
  const since = performance.now();
  return (signal) => {
    if (asksToEnd(signal) && performance.now() - since > ECHO_MS) process.exit(signalExitCode(signal));
  };
}

export function asksToEnd(signal: NodeJS.Signals): boolean {
  return ending.includes(signal);
}

/** How a shell reports that a signal has ended a program. */
export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

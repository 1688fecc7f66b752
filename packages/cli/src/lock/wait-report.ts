/** Tells people who wait for a lock who is in their way. */
export interface WaitReport extends Disposable {
  readonly onBlocked: (blockedBy: string) => void;
}

/** Waits that end sooner are not worth a line, in milliseconds. */
const FIRST_AFTER_MS = 1_000;

/** Tells it not before a second has passed, and then once for each change. */
export function createWaitReport(tell: (text: string) => void): WaitReport {
  let latest: string | undefined;
  let told: string | undefined;
  let waitedLong = false;
  const report = (): void => {
    if (!waitedLong || latest === undefined || latest === told) return;
    told = latest;
    tell(`waiting: ${latest}`);
  };
  const timer = setTimeout(() => {
    waitedLong = true;
    report();
  }, FIRST_AFTER_MS);
  return {
    onBlocked(blockedBy) {
      latest = blockedBy;
      report();
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}

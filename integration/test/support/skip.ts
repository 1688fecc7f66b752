/** What `skip` leaves for reporters: at a test, or at the suite of a hook. */
interface Skippable {
  readonly title: string;
  skipReason?: string;
}

/**
 * Skips the test that runs, or from a `before` hook all tests of its suite, and says why: on the console, and to
 * the reporter of the fault matrix.
 */
export function skip(context: Mocha.Context, reason: string): never {
  const skipped = whatIsSkipped(context);
  skipped.skipReason = reason;
  console.log(`- skipped: ${skipped.title}: ${reason}`);
  context.skip();
}

function whatIsSkipped({ test, currentTest }: Mocha.Context): Skippable {
  if (test?.title.startsWith('"before all"')) return test.parent as Skippable;
  if (test?.title.startsWith('"before each"')) return currentTest as Skippable;
  return test as Skippable;
}

/**
 * Ties a process of the demo to the one that started it: when that ends, however it ends, the channel between
 * them closes, and this one ends too. Ctrl-C reaches every process of a terminal; it is the demo that answers it.
 */
export function endWithParent(cleanUp: () => Promise<void> = async () => {}): void {
  process.on("SIGINT", () => {});
  process.once("disconnect", () => {
    cleanUp().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}

/** Tells the parent something; dropped when there is none any more. */
export function tellParent(message: object): void {
  if (process.connected) process.send?.(message);
}

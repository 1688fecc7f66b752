/** Things to dispose of together, the last one first. Node 20 has no `AsyncDisposableStack`. */
export interface Cleanup extends AsyncDisposable {
  use<T extends AsyncDisposable>(resource: T): T;
}

export function createCleanup(): Cleanup {
  const resources: AsyncDisposable[] = [];
  return {
    use(resource) {
      resources.push(resource);
      return resource;
    },
    async [Symbol.asyncDispose]() {
      const errors: unknown[] = [];
      for (const resource of resources.splice(0).reverse()) {
        try {
          await resource[Symbol.asyncDispose]();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw new AggregateError(errors, "not everything could be cleaned up");
    },
  };
}

/**
 * `Promise.all` that waits for the others before it rejects: nothing is still being started while what was
 * started is cleaned up.
 */
export async function settleAll<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

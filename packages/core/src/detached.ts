import { AsyncResource } from "node:async_hooks";

/**
 * Gives a function that runs work in the async context of this call. For what outlives the request that happens to
 * start it: it would keep that request's context, and a trace would show it as part of the request for ever.
 */
export function createDetached(): <T>(work: () => T) => T {
  const resource = new AsyncResource("fenceline");
  return (work) => resource.runInAsyncScope(work);
}

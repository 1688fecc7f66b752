/** Name and version of the instrumentation scope of all spans and metrics: those of this package. */
export const SCOPE = { name: "@fenceline/tracing", version: "0.1.0" } as const;

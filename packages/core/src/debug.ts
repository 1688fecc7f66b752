import { debuglog } from "node:util";

/** Prints to stderr when the process runs with `NODE_DEBUG=fenceline`. Never given secrets. */
export const debug: (message: string, ...parameters: readonly unknown[]) => void = debuglog("fenceline");

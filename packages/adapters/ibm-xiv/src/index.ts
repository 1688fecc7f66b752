import { withoutLock } from "./sources.js";

/** IBM XIV and Spectrum Accelerate: Cinder's driver has no locks, so there are no definitions and no `guard`. */
export const ibmXiv = { definitions: {}, withoutLock } as const;

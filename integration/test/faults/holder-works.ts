import type { Coordinator, Lock } from "@fenceline/core";

interface Circumstances {
  readonly coordinator: Coordinator;
  readonly lock: Lock;
  /** Tells the test something, as JSON. */
  readonly tell: (told: unknown) => void;
}

export type Work = "hold";

/** What a holder does under its lock. */
export const works: Readonly<Record<Work, (circumstances: Circumstances) => Promise<void>>> = {
  /** Nothing, for as long as it is left. */
  async hold() {
    await new Promise(() => {});
  },
};

import { createLockLoad } from "./jepsen/lock-load.js";
import { createSetLoad } from "./jepsen/set-load.js";
import type { LoadSettings } from "./messages.js";
import { perform } from "./perform.js";
import type { Random } from "./random.js";
import { createRegisterClient } from "./register-client.js";
import type { Requester } from "./request.js";
import { nextWish } from "./wishes.js";

/** What a worker does, again and again. */
export interface Load {
  /** How many do it at the same time. */
  readonly clients: number;
  /** Once; `operation` names it in the history. */
  operate(random: Random, operation: string): Promise<void>;
}

export interface LoadTools extends Omit<Requester, "operation"> {
  /** The members, as this worker reaches them. */
  readonly endpoints: readonly string[];
  /** Called right before a write that is going to be made in `forMs`, or a hold that lasts for so long. */
  readonly onChecked: (forMs: number) => void;
}

export function createLoad(settings: LoadSettings, tools: LoadTools): Load {
  if (settings.kind === "lock") return createLockLoad(tools);
  if (settings.kind !== "wishes") return createSetLoad(settings, tools);
  const register = createRegisterClient(settings.registerUrl);
  return {
    clients: 4,
    operate: (random, operation) =>
      perform(nextWish(random, tools.worker), { ...tools, register, operation }),
  };
}

import { serveJson } from "../json-http.js";
import { endWithParent, tellParent } from "../lifeline.js";
import { serveArray } from "./array-server.js";
import { createLab } from "./lab.js";
import { ARRAYS, type ArrayAddress } from "./plan.js";
import { StorageArray } from "./storage-array.js";

/** What this process tells the demo when it is ready. */
export interface ArraysReady {
  readonly arrays: readonly ArrayAddress[];
  /** Where the lab answers. */
  readonly lab: string;
}

/** A node that is stopped, or about to be, cannot see that the demo has ended; this process sees it instead. */
let killAtEnd: number | undefined;
process.on("message", (message: { killAtEnd?: number }) => {
  killAtEnd = message.killAtEnd;
});
endWithParent(async () => {
  if (killAtEnd !== undefined) process.kill(killAtEnd, "SIGKILL");
});

const arrays = ARRAYS.map((plan) => new StorageArray(plan.name, plan.fencedBy));
const lab = createLab(arrays);
const stepMs = (): number => 3 + Math.random() * 7;

const addresses = await Promise.all(
  ARRAYS.map(async (plan, index): Promise<ArrayAddress> => {
    const array = arrays[index] as StorageArray;
    const { address } = await serveArray(array, {
      stepMs,
      onWrite: (caller, connection) => lab.onWrite(array, caller, connection),
    });
    return { ...plan, address };
  }),
);
const { address } = await serveJson((call) => lab.answer(call));
const ready: ArraysReady = { arrays: addresses, lab: address };
tellParent(ready);

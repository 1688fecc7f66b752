import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { HttpError, type JsonCall } from "../json-http.js";
import type { ArrayCaller, StorageArray } from "./storage-array.js";
import type { RefusedWrite } from "./write-fence.js";

/** What an array has seen, in numbers. */
export interface ArrayReport {
  readonly name: string;
  readonly overlaps: number;
  readonly damage: Readonly<Record<string, number>>;
  readonly refused: readonly RefusedWrite[];
}

/** A write under a lock that the array has carried out. */
export interface GuardedWrite {
  readonly user: string;
  readonly token: string;
}

/** The window through which the demo looks at the arrays; the nodes do not know of it. */
export interface Lab {
  /** Called by each array after each write. */
  onWrite(array: StorageArray, caller: ArrayCaller, connection: Socket): Promise<void>;
  /**
   * - `GET /record`: an `ArrayReport` for each array.
   * - `GET /attachments?array=…&volume=…`: from where the volume can be reached.
   * - `POST /guarded-write {array, user, holdMs}`: answers when the array has carried out the user's next write
   *   under a lock. The user gets its answer so many milliseconds later, unless it hangs up before.
   * - `POST /newer {array, token}`: answers when the array has seen a token newer than this one.
   */
  answer(call: JsonCall): unknown;
}

export function createLab(arrays: readonly StorageArray[]): Lab {
  const expected = new Map<string, { holdMs: number; resolve: (write: GuardedWrite) => void }>();

  const arrayNamed = (name: unknown): StorageArray => {
    const array = arrays.find((candidate) => candidate.name === name);
    if (array === undefined) throw new HttpError(404, `no array ${name}`);
    return array;
  };

  return {
    async onWrite(array, { user, token }, connection) {
      const write = expected.get(`${array.name} ${user}`);
      if (write === undefined || token === undefined) return;
      expected.delete(`${array.name} ${user}`);
      write.resolve({ user, token: `${token}` });
      if (write.holdMs > 0) await Promise.race([once(connection, "close"), delay(write.holdMs)]);
    },
    answer({ method, url, body }) {
      const { array, user, token, holdMs } = body;
      switch (`${method} ${url.pathname}`) {
        case "GET /record":
          return arrays.map(report);
        case "GET /attachments":
          return arrayNamed(url.searchParams.get("array")).attachments(url.searchParams.get("volume") ?? "");
        case "POST /guarded-write":
          return new Promise<GuardedWrite>((resolve) => {
            expected.set(`${array} ${user}`, { holdMs: Number(holdMs), resolve });
          });
        case "POST /newer": {
          const { name, fence } = arrayNamed(array);
          return fence.seenNewer(name, BigInt(String(token)));
        }
        default:
          throw new HttpError(404, `no such request: ${method} ${url.pathname}`);
      }
    },
  };
}

function report({ name, record, damage, fence }: StorageArray): ArrayReport {
  return { name, overlaps: record.overlaps.length, damage, refused: fence.refused };
}

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

/** A write that the array has carried out and leaves unanswered for a while. */
export interface HeldWrite {
  readonly user: string;
  readonly token: string;
}

/** How long a held write stays unanswered if its caller lives on. */
const HOLD_MS = 5_000;

/** The window through which the demo looks at the arrays; the nodes do not know of it. */
export interface Lab {
  /** Called by each array after each write. */
  onWrite(array: StorageArray, caller: ArrayCaller, connection: Socket): Promise<void>;
  /**
   * - `GET /record`: an `ArrayReport` for each array.
   * - `GET /attachments?array=…&volume=…`: from where the volume can be reached.
   * - `POST /hold {array, user}`: answers when a guarded write of that user is under way.
   * - `POST /newer {array, token}`: answers when the array has seen a token newer than this one.
   */
  answer(call: JsonCall): unknown;
}

export function createLab(arrays: readonly StorageArray[]): Lab {
  const holds = new Map<string, (held: HeldWrite) => void>();

  const arrayNamed = (name: unknown): StorageArray => {
    const array = arrays.find((candidate) => candidate.name === name);
    if (array === undefined) throw new HttpError(404, `no array ${name}`);
    return array;
  };

  return {
    async onWrite(array, { user, token }, connection) {
      const hold = holds.get(`${array.name} ${user}`);
      if (hold === undefined || token === undefined) return;
      holds.delete(`${array.name} ${user}`);
      hold({ user, token: `${token}` });
      await Promise.race([once(connection, "close"), delay(HOLD_MS)]);
    },
    answer({ method, url, body }) {
      const { array, user, token } = body;
      switch (`${method} ${url.pathname}`) {
        case "GET /record":
          return arrays.map(report);
        case "GET /attachments":
          return arrayNamed(url.searchParams.get("array")).attachments(url.searchParams.get("volume") ?? "");
        case "POST /hold":
          return new Promise<HeldWrite>((resolve) => holds.set(`${array} ${user}`, resolve));
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

import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { HttpError, type JsonCall, type JsonServer, serveJson } from "../json-http.js";
import type { ArrayCaller, StorageArray } from "./storage-array.js";

export interface ServeArrayOptions {
  /** How long a step takes, in milliseconds. */
  readonly stepMs: () => number;
  /** Called when a write was carried out; it is answered when this resolves. */
  readonly onWrite?: ((caller: ArrayCaller, connection: Socket) => Promise<void>) | undefined;
}

/** Serves an array's management address. One connection is one caller. */
export async function serveArray(array: StorageArray, options: ServeArrayOptions): Promise<JsonServer> {
  const callers = new WeakMap<Socket, ArrayCaller>();
  return await serveJson(async (call) => {
    const { socket, headers } = call.request;
    const caller = callers.get(socket) ?? { user: String(headers["x-user"]) };
    callers.set(socket, caller);
    const token = headers["x-fencing-token"];
    caller.token = token === undefined ? undefined : BigInt(String(token));
    await delay(options.stepMs());
    const answer = carryOut(array, caller, call);
    if (call.method !== "GET") await options.onWrite?.(caller, socket);
    return answer;
  });
}

/** What an array understands. A host is addressed by its id, a volume by its name. */
function carryOut(array: StorageArray, caller: ArrayCaller, { method, url, body }: JsonCall): unknown {
  const [collection, key = "", part = "", member = ""] = url.pathname.split("/").slice(1);
  const { name, volume, source } = body;
  switch (`${method} ${collection} ${part}`.trim()) {
    case "GET hosts":
      return key === ""
        ? array.findHosts(caller, url.searchParams.get("name") ?? "")
        : array.readHost(caller, Number(key));
    case "POST hosts":
      return array.addHost(caller, String(name));
    case "DELETE hosts":
      return array.removeHost(caller, Number(key));
    case "PUT hosts luns":
      return array.mapLun(caller, Number(key), member, String(volume));
    case "DELETE hosts luns":
      return array.unmapLun(caller, Number(key), member);
    case "PUT volumes":
      return array.createVolume(caller, key, source === undefined ? undefined : String(source));
    case "GET volumes attributes":
      return array.readAttributes(caller, key);
    case "PUT volumes attributes":
      return array.writeAttributes(caller, key, body);
    case "PUT volumes access":
      return array.setAccess(caller, key, member, true);
    case "DELETE volumes access":
      return array.setAccess(caller, key, member, false);
    default:
      throw new HttpError(404, `no such step: ${method} ${url.pathname}`);
  }
}

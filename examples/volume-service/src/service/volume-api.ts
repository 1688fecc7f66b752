import { HttpError, type JsonCall, type JsonHandler } from "../json-http.js";
import type { VolumeDriver } from "./drivers/volume-driver.js";

/**
 * The volume service's HTTP API. A volume's id begins with the name of its array (`infinidat-1.v7`), so every
 * node can serve every volume without a catalogue of them.
 */
export function createVolumeApi(node: string, drivers: ReadonlyMap<string, VolumeDriver>): JsonHandler {
  const driverOf = (id: string): VolumeDriver => {
    const driver = drivers.get(id.split(".")[0] ?? "");
    if (driver === undefined) throw new HttpError(404, `no array for volume ${JSON.stringify(id)}`);
    return driver;
  };

  return async ({ method, url, body }: JsonCall) => {
    const [collection, volumeId, action] = url.pathname.split("/").slice(1);
    const id = volumeId ?? "";
    switch (`${method} ${collection} ${action ?? ""}`.trim()) {
      case "GET health":
        return { node, arrays: [...drivers.keys()] };
      case "POST volumes": {
        const volume = { id: text(body, "id") };
        await driverOf(volume.id).createVolume(volume);
        return volume;
      }
      case "POST volumes clone": {
        const clone = { id: text(body, "id") };
        if (driverOf(clone.id) !== driverOf(id)) throw new HttpError(400, "a clone is on its source's array");
        await driverOf(id).createClonedVolume(clone, { id });
        return clone;
      }
      case "POST volumes attach":
        return await driverOf(id).initializeConnection({ id }, { host: text(body, "host") });
      case "POST volumes detach":
        return await driverOf(id).terminateConnection({ id }, { host: text(body, "host") });
      default:
        throw new HttpError(404, `no such request: ${method} ${url.pathname}`);
    }
  };
}

/** Names travel in the paths of the arrays' requests, so they are kept to what needs no encoding there. */
function text(body: JsonCall["body"], name: string): string {
  const value = body[name];
  if (typeof value === "string" && /^[\w.-]{1,64}$/.test(value)) return value;
  throw new HttpError(
    400,
    `Expected \`${name}\` to be 1 to 64 of A-Z a-z 0-9 _ . -, got ${JSON.stringify(value)}`,
  );
}

import type { ArrayConnection } from "../array-connection.js";
import { ensureHost, mapVolume, unmapVolume } from "./host-mapping.js";
import type { Attachment, Connector, DriverConfig, Volume, VolumeDriver } from "./volume-driver.js";

/** On a Unity only work on one and the same host goes one after the other; different hosts do not wait. */
export class UnityDriver implements VolumeDriver {
  readonly sanIp: string;
  /** Detaching deletes a host that has no LUN left, so attaching needs the host's lock too. */
  readonly removeEmptyHost = true;
  readonly #open: DriverConfig["open"];

  constructor({ address, open }: DriverConfig) {
    this.sanIp = address;
    this.#open = open;
  }

  async createVolume(volume: Volume): Promise<void> {
    using array = this.#open();
    await array.write("PUT", `/volumes/${volume.id}`);
  }

  async createClonedVolume(volume: Volume, source: Volume): Promise<void> {
    using array = this.#open();
    await array.write("PUT", `/volumes/${volume.id}`, { source: source.id });
  }

  async initializeConnection(volume: Volume, connector: Connector): Promise<Attachment> {
    return await this.createHostAndAttach(connector.host, volume);
  }

  async terminateConnection(volume: Volume, connector: Connector): Promise<void> {
    await this.detachAndDeleteHost(connector.host, volume);
  }

  async createHost(name: string, array: ArrayConnection): Promise<number> {
    return await ensureHost(array, name);
  }

  async createHostAndAttach(hostName: string, volume: Volume): Promise<Attachment> {
    using array = this.#open();
    return await mapVolume(array, await this.createHost(hostName, array), volume);
  }

  async detachAndDeleteHost(hostName: string, volume: Volume): Promise<void> {
    using array = this.#open();
    await unmapVolume(array, hostName, volume);
  }
}

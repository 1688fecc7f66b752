import { ensureHost, mapVolume, unmapVolume } from "./host-mapping.js";
import type { Attachment, Connector, DriverConfig, Volume, VolumeDriver } from "./volume-driver.js";

/** On an InfiniBox all attaches and detaches go one after the other. */
export class InfinidatDriver implements VolumeDriver {
  readonly managementAddress: string;
  readonly #open: DriverConfig["open"];

  constructor({ address, open }: DriverConfig) {
    this.managementAddress = address;
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
    using array = this.#open();
    return await mapVolume(array, await ensureHost(array, connector.host), volume);
  }

  async terminateConnection(volume: Volume, connector: Connector): Promise<void> {
    using array = this.#open();
    await unmapVolume(array, connector.host, volume);
  }
}

import { ensureHost, mapVolume, unmapVolume } from "./host-mapping.js";
import type { Attachment, Connector, DriverConfig, Volume, VolumeDriver } from "./volume-driver.js";

/** On a Kaminario K2, too, all attaches and detaches go one after the other. */
export class KaminarioDriver implements VolumeDriver {
  readonly sanIp: string;
  readonly #open: DriverConfig["open"];

  constructor({ address, open }: DriverConfig) {
    this.sanIp = address;
    this.#open = open;
  }

  async createVolume(volume: Volume): Promise<void> {
    using array = this.#open();
    await this.request(this.sanIp, () => array.write("PUT", `/volumes/${volume.id}`));
  }

  async createClonedVolume(volume: Volume, source: Volume): Promise<void> {
    using array = this.#open();
    const write = () => array.write("PUT", `/volumes/${volume.id}`, { source: source.id });
    await this.request(this.sanIp, write);
  }

  async initializeConnection(volume: Volume, connector: Connector): Promise<Attachment> {
    using array = this.#open();
    return await mapVolume(array, await ensureHost(array, connector.host), volume);
  }

  async terminateConnection(volume: Volume, connector: Connector): Promise<void> {
    using array = this.#open();
    await unmapVolume(array, connector.host, volume);
  }

  /** One request at a time leaves a process. */
  async request<T>(_address: string, send: () => Promise<T>): Promise<T> {
    return await send();
  }
}

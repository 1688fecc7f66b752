import type { Attachment, Connector, DriverConfig, Volume, VolumeDriver } from "./volume-driver.js";

/** A SolidFire array lets a host in by one request; here it is the clones of one volume that go one after the other. */
export class SolidFireDriver implements VolumeDriver {
  readonly #open: DriverConfig["open"];

  constructor({ open }: DriverConfig) {
    this.#open = open;
  }

  async createVolume(volume: Volume): Promise<void> {
    using array = this.#open();
    await array.write("PUT", `/volumes/${volume.id}`);
  }

  /** Clones, and counts the clones in the source's attributes, which are read and written as a whole. */
  async createClonedVolume(volume: Volume, source: Volume): Promise<void> {
    using array = this.#open();
    const attributes = await array.read<{ clonedCount?: number }>(`/volumes/${source.id}/attributes`);
    await array.write("PUT", `/volumes/${volume.id}`, { source: source.id });
    await array.write("PUT", `/volumes/${source.id}/attributes`, {
      ...attributes,
      clonedCount: (attributes.clonedCount ?? 0) + 1,
    });
  }

  async initializeConnection(volume: Volume, connector: Connector): Promise<Attachment> {
    using array = this.#open();
    await array.write("PUT", `/volumes/${volume.id}/access/${connector.host}`);
    return { lun: 0 };
  }

  async terminateConnection(volume: Volume, connector: Connector): Promise<void> {
    using array = this.#open();
    await array.write("DELETE", `/volumes/${volume.id}/access/${connector.host}`);
  }
}

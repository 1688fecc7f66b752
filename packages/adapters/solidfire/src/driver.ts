/** An image, a volume or a snapshot. */
export interface Identified {
  readonly id: string;
}

/** What a SolidFire driver needs to have for its locks. */
export interface SolidFireDriver {
  cloneImage(
    context: unknown,
    volume: unknown,
    imageLocation: unknown,
    imageMeta: Identified,
    imageService: unknown,
  ): unknown;
  createClonedVolume(volume: unknown, source: Identified): unknown;
  createVolumeFromSnapshot(volume: unknown, source: Identified): unknown;
}

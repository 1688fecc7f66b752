import { rename, writeFile } from "node:fs/promises";
import type { StageNode } from "./stage.js";

/** Writes where the nodes' metrics are, in the format of `file_sd_configs` of Prometheus. */
export async function writeTargets(
  file: string,
  nodes: readonly Pick<StageNode, "name" | "metrics">[],
): Promise<void> {
  const groups = nodes.flatMap(({ name, metrics }) =>
    metrics === undefined ? [] : [{ targets: [metrics], labels: { instance: name } }],
  );
  // Prometheus may read it at any time, and is to find all of it.
  await writeFile(`${file}.new`, JSON.stringify(groups));
  await rename(`${file}.new`, file);
}

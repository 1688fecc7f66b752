import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The version of an installed npm package, also of one whose exports hide its package.json. */
export function versionOf(name: string): string {
  for (const directory of require.resolve.paths(name) ?? []) {
    try {
      return (require(`${directory}/${name}/package.json`) as { version: string }).version;
    } catch {
      // Not in this one.
    }
  }
  return "unknown";
}

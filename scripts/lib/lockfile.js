/** What may stand in the lockfile: versions of the registry, each with the hash of its archive, and nothing else. */
const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;
const RESOLUTION = /^\{integrity: sha512-[A-Za-z0-9+/]{86}==\}$/;
const KNOWN_VERSION = "9.0";

/**
 * Reads a lockfile as pnpm writes it, and says what in it is not pinned to an archive of the registry.
 *
 * @returns {{ packages: { name: string, version: string }[], deviations: string[] }}
 */
export function readLockfile(text) {
  const version = /^lockfileVersion: '([^']*)'$/m.exec(text)?.[1];
  if (version !== KNOWN_VERSION) {
    return { packages: [], deviations: [`lockfileVersion is ${version}, this check knows ${KNOWN_VERSION}`] };
  }
  const deviations = [];
  for (const [, specifier] of text.matchAll(/^ +specifier: (.*)$/gm)) {
    if (!specifier.startsWith("workspace:") && !EXACT.test(specifier)) {
      deviations.push(`specifier ${specifier} is not an exact version`);
    }
  }
  const packages = [];
  for (const [id, fields] of entriesOf(section(text, "packages"))) {
    const at = id.lastIndexOf("@");
    const found = { name: id.slice(0, Math.max(at, 0)), version: id.slice(at + 1) };
    if (found.name === "" || !EXACT.test(found.version))
      deviations.push(`${id} is no version of the registry`);
    else packages.push(found);
    const resolution = /^ {4}resolution: (.*)$/m.exec(fields)?.[1];
    if (!RESOLUTION.test(resolution ?? "")) {
      deviations.push(`${id}: its resolution is not the SHA-512 of an archive alone: ${resolution}`);
    }
  }
  if (packages.length === 0) deviations.push("no packages");
  return { packages, deviations };
}

/** The lines of a top-level section. */
function section(text, name) {
  return new RegExp(`^${name}:\\n((?:\\n| .*\\n)*)`, "m").exec(text)?.[1] ?? "";
}

/** The keys of a section with the lines below each. */
function* entriesOf(lines) {
  for (const [, quoted, bare, fields] of lines.matchAll(/^ {2}(?:'(.*)'|(\S.*)):\n((?: {4}.*\n)*)/gm)) {
    yield [quoted ?? bare, fields];
  }
}

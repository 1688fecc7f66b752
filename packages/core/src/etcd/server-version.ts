type Release = readonly [major: number, minor: number, patch: number];

/**
 * The first release of each line in which users, roles and client certificates keep clients apart, as far as is known
 * (https://github.com/etcd-io/etcd/security/advisories). Older lines get no fixes any more.
 */
const rolesKept: readonly Release[] = [
  [3, 5, 33],
  [3, 6, 14],
];

let warned = false;

/**
 * Warns, once in a process and with the code `FENCELINE_OLD_ETCD`, of a server the roles of which have known holes.
 * Locks do not depend on what was mended, so it is no error.
 */
export function warnOfOldServer(version: string | undefined): void {
  const release = parse(version);
  if (warned || release === undefined || isSince(rolesKept, release)) return;
  warned = true;
  const mended = rolesKept.map((first) => first.join(".")).join(" and ");
  process.emitWarning(
    `etcd ${release.join(".")} has holes in users, roles and client certificates that were mended in ${mended}: ` +
      "do not rely on them to keep clients apart (see SECURITY.md of Fenceline)",
    { code: "FENCELINE_OLD_ETCD" },
  );
}

function parse(version: string | undefined): Release | undefined {
  const [, major, minor, patch] = (/^(\d+)\.(\d+)\.(\d+)/.exec(version ?? "") ?? []).map(Number);
  return major === undefined || minor === undefined || patch === undefined
    ? undefined
    : [major, minor, patch];
}

/** Lines that are newer than all of these have what they have; a line between or before them does not. */
function isSince(firsts: readonly Release[], [major, minor, patch]: Release): boolean {
  const line = firsts.find((first) => first[0] === major && first[1] === minor);
  if (line !== undefined) return patch >= line[2];
  const [newestMajor, newestMinor] = firsts.at(-1) as Release;
  return major > newestMajor || (major === newestMajor && minor > newestMinor);
}

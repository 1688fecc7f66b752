/**
 * The first release of each line that does not renew a lease it has lost the right to
 * (https://github.com/etcd-io/etcd/issues/15247 and what followed it).
 */
const renewalsBelievable: readonly (readonly [major: number, minor: number, patch: number])[] = [
  [3, 4, 38],
  [3, 5, 23],
  [3, 6, 5],
];

/** Whether an answer to a renewal can be believed without a proof by a majority. `false` when in doubt. */
export function believesRenewals(version: string | undefined): boolean {
  const [, major, minor, patch] = (/^(\d+)\.(\d+)\.(\d+)/.exec(version ?? "") ?? []).map(Number);
  if (major === undefined || minor === undefined || patch === undefined) return false;
  const line = renewalsBelievable.find((entry) => entry[0] === major && entry[1] === minor);
  if (line !== undefined) return patch >= line[2];
  return major > 3 || (major === 3 && minor > 6);
}

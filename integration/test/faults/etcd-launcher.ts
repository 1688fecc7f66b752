import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { findEtcd } from "@fenceline/testing";

/** What stands in the place of etcd's executable, so that a member can be started another way than the others. */
export interface EtcdLauncher extends AsyncDisposable {
  /** For `startEtcd({ binary })`. */
  readonly path: string;
  /** From its next start on, a member runs another executable, or with flags that stand over its own. */
  set(member: string, how: { readonly binary?: string; readonly flags?: readonly string[] }): Promise<void>;
  /** For data and other files; removed with the launcher. */
  readonly directory: string;
}

export async function createLauncher(binary: string): Promise<EtcdLauncher> {
  const directory = await mkdtemp(join(tmpdir(), "fenceline-launcher-"));
  const path = join(directory, "launch");
  const script = `#!/bin/sh
binary='${binary}'
flags=
for flag; do case "$flag" in --name=*) name="\${flag#--name=}" ;; esac; done
if [ -r "${directory}/$name.sh" ]; then . "${directory}/$name.sh"; fi
exec "$binary" "$@" $flags
`;
  await writeFile(path, script, { mode: 0o755 });
  return {
    path,
    directory,
    set: (member, { binary: other = binary, flags = [] }) =>
      writeFile(join(directory, `${member}.sh`), `binary='${other}'\nflags='${flags.join(" ")}'\n`),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

export interface EtcdBinary {
  readonly path: string;
  readonly version: string;
}

/** The etcd that the tests run. */
export async function foundEtcd(): Promise<string> {
  const source = await findEtcd({ runtime: "process" });
  if (source.kind !== "process") throw new Error(`Expected etcd as a process, found it as ${source.kind}`);
  return source.binary;
}

/**
 * Two minor versions that follow each other, the older one first: the etcd that the tests run, and one of Debian's
 * that stands in the cache directory of this user. `undefined` where there is only one.
 */
export async function findTwoVersions(): Promise<readonly [EtcdBinary, EtcdBinary] | undefined> {
  const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "fenceline");
  const cached = ["neighbours-etcd", "neighbours-trixie-etcd"].map((name) =>
    join(cache, name, "usr/bin/etcd"),
  );
  const [own, ...others] = [await foundEtcd(), ...cached].map(readVersion).filter((it) => it !== undefined);
  for (const other of others) {
    if (own === undefined) return undefined;
    const difference = minorOf(other) - minorOf(own);
    if (difference === 1) return [own, other];
    if (difference === -1) return [other, own];
  }
  return undefined;
}

function readVersion(path: string): EtcdBinary | undefined {
  try {
    const [version] = /\d+\.\d+\.\d+/.exec(execFileSync(path, ["--version"], { encoding: "utf8" })) ?? [];
    return version === undefined ? undefined : { path, version };
  } catch {
    return undefined; // not there
  }
}

function minorOf({ version }: EtcdBinary): number {
  return Number(version.split(".")[1]);
}

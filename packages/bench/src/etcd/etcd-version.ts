import { spawnSync } from "node:child_process";

/** What `etcd --version` says: "3.5.16". */
export function versionOfEtcd(binary: string): string {
  const { stdout } = spawnSync(binary, ["--version"], { encoding: "utf8" });
  return /\d+\.\d+\.\d+/.exec(stdout ?? "")?.[0] ?? "unknown";
}

import { spawnSync } from "node:child_process";
import { EtcdNotFoundError } from "@fenceline/testing";
import { suiteEtcd } from "../suite-etcd.js";
import { skip } from "../support/skip.js";
import { PYTHON } from "./processes.js";

/** For `before`: skips what follows, and says so, where no etcd can be started. */
export async function needsEtcd(this: Mocha.Context): Promise<void> {
  try {
    await suiteEtcd();
  } catch (error) {
    if (!(error instanceof EtcdNotFoundError)) throw error;
    skip(this, "needs etcd");
  }
}

/** For `before`: skips what follows, and says so, where `etcdctl` is not on the PATH. */
export const needsEtcdctl: Mocha.Func = needs("etcdctl, of Debian's package etcd-client", "etcdctl", [
  "version",
]);

/** For `before`: skips what follows, and says so, where Debian's Python does not find modules. */
export function needsPython(packages: string, ...modules: string[]): Mocha.Func {
  return needs(`Debian's ${packages}`, PYTHON, ["-c", `import ${modules.join(", ")}`]);
}

function needs(what: string, command: string, args: readonly string[]): Mocha.Func {
  return function (this: Mocha.Context) {
    if (spawnSync(command, args).status !== 0) skip(this, `needs ${what}`);
  };
}

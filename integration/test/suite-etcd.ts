import { type EtcdCluster, type StartEtcdOptions, startEtcd } from "@fenceline/testing";

/** Where the suite runs its servers: on processes of this machine, or in containers. */
export const runtime: "process" | "container" =
  process.env["FENCELINE_TEST_RUNTIME"] === "container" ? "container" : "process";

let shared: Promise<EtcdCluster> | undefined;

/**
 * One etcd for all tests that only use it: the one that `FENCELINE_ETCD` names, or a new one. Those that break
 * theirs start one of their own.
 */
export function suiteEtcd(): Promise<EtcdCluster> {
  shared ??= startEtcd(process.env["FENCELINE_ETCD"] === undefined ? { runtime } : {});
  return shared;
}

/** An etcd that the test may break. */
export function ownEtcd(options: StartEtcdOptions = {}): Promise<EtcdCluster> {
  return startEtcd({ runtime, ...options });
}

after(async () => {
  // Why there is none has been said to those who asked for it.
  const etcd = await shared?.catch(() => undefined);
  await etcd?.[Symbol.asyncDispose]();
});

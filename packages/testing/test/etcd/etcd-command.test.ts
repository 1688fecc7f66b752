import assert from "node:assert/strict";
import { etcdArguments, etcdEnvironment, type MemberAddresses } from "../../dist/etcd/etcd-command.js";
import { resolveStartOptions } from "../../dist/etcd/start-options.js";

describe("etcdArguments", () => {
  const member = (name: string): MemberAddresses => ({
    name,
    dataDir: `/data/${name}`,
    listenClientUrl: "http://127.0.0.1:1",
    clientUrl: "http://127.0.0.1:1",
    listenPeerUrl: "http://127.0.0.1:2",
    peerUrl: `http://127.0.0.1:3/${name}`,
  });
  const cluster = ["a", "b", "c"].map(member);
  const paths = { ca: "ca.crt", cert: "server.crt", key: "server.key" };
  const argumentsFor = (options: object) =>
    etcdArguments(member("a"), cluster, resolveStartOptions(options), "tls" in options ? paths : undefined);

  it("names all members to each", () => {
    const all = "a=http://127.0.0.1:3/a,b=http://127.0.0.1:3/b,c=http://127.0.0.1:3/c";
    assert.ok(argumentsFor({}).includes(`--initial-cluster=${all}`));
  });

  it("leaves to etcd what was not asked for", () => {
    const flags = argumentsFor({}).map((argument) => argument.split("=")[0]);
    for (const flag of [
      "--heartbeat-interval",
      "--quota-backend-bytes",
      "--cert-file",
      "--client-cert-auth",
    ]) {
      assert.ok(!flags.includes(flag), flag);
    }
  });

  it("asks clients for a certificate only with mutual TLS", () => {
    assert.ok(argumentsFor({ tls: true }).includes("--cert-file=server.crt"));
    assert.ok(!argumentsFor({ tls: true }).includes("--client-cert-auth=true"));
    assert.ok(argumentsFor({ tls: "mutual" }).includes("--client-cert-auth=true"));
    assert.ok(argumentsFor({ tls: "mutual" }).includes("--trusted-ca-file=ca.crt"));
  });

  it("passes what old versions do not know by the environment, where they ignore it", () => {
    const { ETCD_UNSAFE_NO_FSYNC } = etcdEnvironment(resolveStartOptions({ unsafeNoFsync: true }));
    assert.equal(ETCD_UNSAFE_NO_FSYNC, "true");
    assert.ok(!argumentsFor({ unsafeNoFsync: true }).some((argument) => argument.includes("fsync")));
  });
});

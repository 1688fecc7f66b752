import assert from "node:assert/strict";
import { FencelineError, InvalidArgumentError } from "@fenceline/core";
import { type StartEtcdOptions, startEtcd } from "@fenceline/testing";
import { assertFitsExisting, resolveStartOptions } from "../../dist/etcd/start-options.js";

describe("options of startEtcd", () => {
  it("have defaults", () => {
    assert.deepEqual(resolveStartOptions({}), {
      members: 1,
      tls: false,
      auth: undefined,
      heartbeatMs: undefined,
      electionMs: undefined,
      quotaBytes: undefined,
      unsafeNoFsync: false,
      clientProxy: false,
      places: [],
      timeoutMs: 30_000,
    });
  });

  it("make an election ten heartbeats long", () => {
    assert.equal(resolveStartOptions({ heartbeatMs: 20 }).electionMs, 200);
    assert.equal(resolveStartOptions({ heartbeatMs: 20, electionMs: 100 }).electionMs, 100);
  });

  const refused: Record<string, object> = {
    "two members": { members: 2 },
    "an unknown runtime": { runtime: "vm" },
    "an unknown kind of TLS": { tls: "both" },
    "a heartbeat of no time": { heartbeatMs: 0 },
    "an election of less than five heartbeats": { heartbeatMs: 100, electionMs: 499 },
    "an election of less than five default heartbeats": { electionMs: 499 },
    "half a byte": { quotaBytes: 0.5 },
    "a time limit that is no number": { timeoutMs: "30s" },
    "a user without a name": { auth: { user: "", password: "secret" } },
    "a user without a password": { auth: { user: "app" } },
    "root as the user": { auth: { user: "root", password: "secret" } },
    "a place for a container": { runtime: "container", places: [{}] },
    "a place for one of three members": { members: 3, places: [{}] },
    "an executable for a container": { runtime: "container", binary: "/usr/bin/etcd" },
  };
  for (const [what, options] of Object.entries(refused)) {
    it(`refuse ${what} before anything is started`, async () => {
      await assert.rejects(startEtcd(options as StartEtcdOptions), InvalidArgumentError);
    });
  }

  it("do not quote the password", () => {
    assert.throws(
      () => resolveStartOptions({ auth: { user: "root", password: "secret" } }),
      (error) => FencelineError.is(error) && !error.message.includes("secret"),
    );
  });

  it("refuse for a running cluster what only a new one can be given", () => {
    const endpoints = ["http://10.0.0.1:2379"];
    assertFitsExisting({ members: 1, tls: false, clientProxy: true, unsafeNoFsync: true }, endpoints);
    const auth = { user: "app", password: "secret" };
    for (const options of [
      { auth },
      { tls: true },
      { members: 3 as const },
      { quotaBytes: 1 },
      { places: [{}] },
    ]) {
      assert.throws(() => assertFitsExisting(options, endpoints), InvalidArgumentError);
    }
  });
});

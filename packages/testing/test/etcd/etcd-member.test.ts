import assert from "node:assert/strict";
import { UnsupportedError } from "@fenceline/testing";
import { createMember, type EtcdMember } from "../../dist/etcd/etcd-member.js";
import type { MemberRuntime } from "../../dist/etcd/member-runtime.js";

describe("EtcdMember", () => {
  let calls: string[];
  let member: EtcdMember;

  beforeEach(() => {
    calls = [];
    const record = (call: string) => async () => void calls.push(call);
    const runtime: MemberRuntime = {
      name: "etcd-1",
      clientUrl: "http://127.0.0.1:2379",
      pid: 42,
      isRunning: async () => true,
      start: record("start"),
      pause: record("pause"),
      resume: record("resume"),
      kill: record("kill"),
      stop: record("stop"),
      isolate: record("isolate"),
      cut: async (peer, direction) => void calls.push(`cut ${peer} ${direction ?? "both ways"}`),
      rejoin: record("rejoin"),
      log: async () => "the log",
    };
    member = createMember({ runtime, clientProxy: undefined, waitUntilReady: record("wait") });
  });

  it("stops before it starts again, and waits", async () => {
    await member.restart();
    assert.deepEqual(calls, ["stop", "start", "wait"]);
  });

  it("ends a pause before it stops: a paused member could not hear of it", async () => {
    await member.pause();
    assert.equal(member.isPaused, true);
    await member.stop();
    assert.deepEqual(calls, ["pause", "resume", "stop"]);
    assert.equal(member.isPaused, false);
  });

  it("is killed while it is paused", async () => {
    await member.pause();
    await member.kill();
    assert.deepEqual(calls, ["pause", "kill"]);
    assert.equal(member.isPaused, false);
  });

  it("is cut off and joined again", async () => {
    await member.partition();
    assert.equal(member.isPartitioned, true);
    await member.heal();
    assert.equal(member.isPartitioned, false);
    assert.deepEqual(calls, ["isolate", "rejoin"]);
  });

  it("is cut off from one other member, and still counts as reachable", async () => {
    const peer = { ...member, name: "etcd-2" };
    await member.cut(peer);
    await member.cut(peer, "toPeer");
    assert.equal(member.isPartitioned, false);
    assert.deepEqual(calls, ["cut etcd-2 both ways", "cut etcd-2 toPeer"]);
  });

  it("cannot be cut off from clients without a proxy", async () => {
    await assert.rejects(member.partition({ clients: true }), UnsupportedError);
    assert.deepEqual(calls, []);
  });
});

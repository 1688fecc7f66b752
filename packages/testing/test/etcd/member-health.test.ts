import assert from "node:assert/strict";
import { EtcdStartError } from "@fenceline/testing";
import type { Gateway } from "../../dist/etcd/gateway.js";
import {
  createMemberHealth,
  type Deadline,
  findLeader,
  type MemberStatus,
} from "../../dist/etcd/member-health.js";
import type { MemberRuntime } from "../../dist/etcd/member-runtime.js";

const past: Deadline = { timeoutMs: 10, isOver: () => true };

describe("findLeader", () => {
  function memberThatSays(name: string, status: MemberStatus | Error) {
    return {
      name,
      health: {
        waitUntilWritable: async () => {},
        async status() {
          if (status instanceof Error) throw status;
          return status;
        },
      },
    };
  }

  it("believes the newest of those that think they lead", async () => {
    const members = [
      memberThatSays("old leader, cut off", { isLeader: true, term: 3n }),
      memberThatSays("new leader", { isLeader: true, term: 4n }),
      memberThatSays("candidate that nobody hears", { isLeader: false, term: 9n }),
      memberThatSays("dead", new Error("no answer")),
    ];
    assert.equal((await findLeader(async () => members, past)).name, "new leader");
  });

  it("gives up at the deadline", async () => {
    const members = [memberThatSays("follower", { isLeader: false, term: 4n })];
    await assert.rejects(
      findLeader(async () => members, past),
      EtcdStartError,
    );
  });
});

describe("MemberHealth", () => {
  const deaf: Gateway = {
    call: async () => Promise.reject(new Error("connection refused")),
    get: async () => Promise.reject(new Error("connection refused")),
  };
  const healthOf = (isRunning: boolean, gateway: Gateway, mayWrite = true) =>
    createMemberHealth({
      runtime: {
        name: "etcd-1",
        isRunning: async () => isRunning,
        log: async () => "bad flag",
      } as MemberRuntime,
      gateway,
      rootPassword: () => undefined,
      mayWrite,
    });

  it("tells at once of a member that ended, with its log", async () => {
    const never: Deadline = { timeoutMs: 10, isOver: () => false };
    await assert.rejects(healthOf(false, deaf).waitUntilWritable(never), (error) => {
      assert.ok(error instanceof EtcdStartError);
      assert.equal(error.log, "bad flag");
      assert.match(error.message, /etcd-1 ended before it was ready.*\nbad flag/);
      return true;
    });
  });

  it("tells of a member that is not ready in time, and why", async () => {
    await assert.rejects(healthOf(true, deaf).waitUntilWritable(past), (error) => {
      assert.ok(error instanceof EtcdStartError);
      assert.match(error.message, /etcd-1 not ready after 10 ms/);
      assert.match(String(error.cause), /connection refused/);
      return true;
    });
  });

  it("does not write to a cluster that is not ours", async () => {
    const asked: string[] = [];
    const gateway: Gateway = {
      call: async () => assert.fail("written"),
      async get<T>(path: string) {
        asked.push(path);
        return {} as T;
      },
    };
    await healthOf(true, gateway, false).waitUntilWritable(past);
    assert.deepEqual(asked, ["/health"]);
  });
});

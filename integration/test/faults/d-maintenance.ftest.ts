import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EtcdMember } from "@fenceline/testing";
import { askMember } from "../support/member-api.js";
import { skip } from "../support/skip.js";
import { createLauncher, findTwoVersions, foundEtcd } from "./etcd-launcher.js";
import { type Lab, openLab } from "./lab.js";
import { assertPause, through } from "./through.js";

/** What an operator does to a cluster that is to stay in service. */

async function restartOneByOne(lab: Lab, before: (member: EtcdMember) => Promise<void> = async () => {}) {
  for (const member of lab.etcd.members) {
    await before(member);
    await member.restart();
    await lab.etcd.ready();
  }
}

describe("D9: all members are restarted, one after the other", function () {
  this.timeout(60_000);

  it("D9 with the same version: no lock is lost, and acquires pause for 2.5 s at most", async () => {
    await using lab = await openLab({ members: 3 });
    const leader = await lab.etcd.leader();
    assertPause(await through(lab, leader, () => restartOneByOne(lab)));
    await lab.assertNothingLeft();
  });

  it("D9 with the next minor version: no lock is lost, neither while both run nor after", async function () {
    const versions = await findTwoVersions();
    if (versions === undefined) return skip(this, "needs two minor versions of etcd");
    const [older, newer] = versions;
    await using launcher = await createLauncher(older.path);
    await using lab = await openLab({ members: 3, binary: launcher.path });
    const [first, second] = lab.etcd.members;
    assert.ok(first && second);
    const versionOf = async ({ endpoint }: EtcdMember) =>
      (await askMember<{ version: string }>(endpoint, "maintenance/status")).version;
    const seen = await through(lab, second, async () => {
      await restartOneByOne(lab, async (member) => {
        await launcher.set(member.name, { binary: newer.path });
        if (member !== second) return;
        assert.deepEqual([await versionOf(first), await versionOf(second)], [newer.version, older.version]);
      });
    });
    assertPause(seen);
    assert.equal(await versionOf(second), newer.version);
    await lab.assertNothingLeft();
  });
});

describe("D10: the cluster is changed under its clients", function () {
  this.timeout(60_000);

  it("D10 the leader hands over to each of the others: no lock is lost", async () => {
    await using lab = await openLab({ members: 3 });
    const first = await lab.etcd.leader();
    const seen = await through(lab, first, async () => {
      for (const target of lab.etcd.members.filter((member) => member !== first)) {
        const leader = await lab.etcd.leader();
        await askMember(leader.endpoint, "maintenance/transfer-leadership", { targetID: await idOf(target) });
        while ((await lab.etcd.leader()) !== target) await sleep(50);
        await sleep(1_000);
      }
    });
    assertPause(seen);
    await lab.assertNothingLeft();
  });

  it("D10 each member is defragmented: no lock is lost", async () => {
    await using lab = await openLab({ members: 3 });
    for (let i = 0; i < 32; i += 1) await lab.client.put(`fill/${i}`).value(Buffer.alloc(2 ** 20));
    await lab.client.delete().prefix("fill/");
    const seen = await through(lab, await lab.etcd.leader(), async () => {
      for (const { endpoint } of lab.etcd.members) await askMember(endpoint, "maintenance/defragment");
      await sleep(1_000);
    });
    assertPause(seen);
    await lab.assertNothingLeft();
  });

  it("D10 a member is removed and another takes its place: no lock is lost", async () => {
    await using launcher = await createLauncher(await foundEtcd());
    await using lab = await openLab({ members: 3, binary: launcher.path });
    const leader = await lab.etcd.leader();
    const victim = lab.etcd.members.find((member) => member !== leader) as EtcdMember;
    const seen = await through(lab, victim, async () => {
      const ID = await idOf(victim);
      const peerURLs = await peerUrlsOf(leader, ID);
      await untilDone(() => askMember(leader.endpoint, "cluster/member/remove", { ID }));
      await sleep(1_000);
      await untilDone(() => askMember(leader.endpoint, "cluster/member/add", { peerURLs }));
      const flags = ["--initial-cluster-state=existing", `--data-dir=${join(launcher.directory, "data")}`];
      await launcher.set(victim.name, { flags });
      await victim.restart();
      assert.notEqual(await idOf(victim), ID, "it is another member");
      await sleep(1_000);
    });
    assertPause(seen);
    await lab.assertNothingLeft();
  });
});

async function idOf({ endpoint }: EtcdMember): Promise<string> {
  const { header } = await askMember<{ header: { member_id: string } }>(endpoint, "maintenance/status");
  return header.member_id;
}

async function peerUrlsOf({ endpoint }: EtcdMember, id: string): Promise<readonly string[]> {
  const list = await askMember<{ members: { ID: string; peerURLs: string[] }[] }>(
    endpoint,
    "cluster/member/list",
  );
  return list.members.find(({ ID }) => ID === id)?.peerURLs ?? [];
}

/** etcd changes its members only when all of them have been connected for five seconds. */
async function untilDone(attempt: () => Promise<unknown>): Promise<void> {
  for (let left = 40; ; left -= 1) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (left === 0 || !/unhealthy/.test(String(error))) throw error;
      await sleep(250);
    }
  }
}

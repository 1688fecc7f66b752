import { setTimeout as sleep } from "node:timers/promises";
import type { EtcdMember } from "@fenceline/testing";
import { type InjectFault, type Lab, memberAt } from "../lab.js";
import { nowMs } from "../recorder.js";

/** Any member is killed and restarted. */
export const killMember: InjectFault = (lab, fault, fired) =>
  killAll([memberAt(lab, fault.member)], fault.durationMs, fired);

export const killLeader: InjectFault = async ({ cluster }, fault, fired) =>
  killAll([await cluster.leader()], fault.durationMs, fired);

/** A majority is killed: nothing is written until it is restarted. */
export const loseQuorum: InjectFault = async ({ cluster }, fault, fired) => {
  const killed = cluster.members.filter((_member, index) => index !== fault.member);
  await killAll(killed, fault.durationMs, fired);
};

/** All members are killed and restarted. */
export const restartCluster: InjectFault = ({ cluster }, fault, fired) =>
  killAll(cluster.members, fault.durationMs, fired);

async function killAll(members: readonly EtcdMember[], durationMs: number, fired: () => void): Promise<void> {
  try {
    await Promise.all(members.map((member) => member.kill()));
    fired();
    await sleep(durationMs);
  } finally {
    await Promise.all(members.map((member) => member.restart()));
  }
}

/** The leader stands still; the others elect another. */
export const pauseLeader: InjectFault = async ({ cluster, resumedMs }, fault, fired) => {
  const leader = await cluster.leader();
  await leader.pause();
  try {
    fired();
    await sleep(fault.durationMs);
  } finally {
    resumedMs.push(nowMs());
    await leader.resume();
  }
};

/** The leader is cut off from the other members, and goes on answering its clients. */
export const cutLeaderOff: InjectFault = async ({ cluster }, fault, fired) => {
  const leader = await cluster.leader();
  await leader.partition();
  try {
    fired();
    await sleep(fault.durationMs);
  } finally {
    await leader.heal();
  }
};

/** A member says that its disk quota is exhausted: the whole cluster refuses to write. */
export const fillDisk: InjectFault = async (lab, fault, fired) => {
  const memberID = await readMemberId(lab, fault.member);
  const alarm = { memberID, alarm: "NOSPACE" };
  try {
    await lab.gateway.call("maintenance/alarm", { action: "ACTIVATE", ...alarm });
    fired();
    await sleep(fault.durationMs);
  } finally {
    await untilDone(() => lab.gateway.call("maintenance/alarm", { action: "DEACTIVATE", ...alarm }));
  }
};

async function readMemberId({ gateway }: Lab, member: number): Promise<string> {
  const { header } = await gateway.callMember<{ header: { member_id: string } }>(
    member,
    "maintenance/status",
    {},
  );
  return header.member_id;
}

async function untilDone(attempt: () => Promise<unknown>): Promise<void> {
  for (let left = 20; ; left -= 1) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (left === 0) throw error;
      await sleep(250);
    }
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import type { TcpProxy } from "@fenceline/testing";
import type { InjectFault, Lab } from "../lab.js";
import type { WorkerLinks } from "../links.js";
import { TTL_MS } from "../messages.js";
import { createRandom } from "../random.js";
import type { PlannedFault } from "../schedule.js";

/** How slow a slow link is, each way. An attempt of a call may take 750 ms with a TTL of 3 s. */
const SLOW_MS = 150;

/** A worker is cut off from the cluster, both ways. */
export const cutWorkerOff: InjectFault = (lab, fault, fired) =>
  damageLinks(lab, fault, fired, { begin: (link) => link.cut() });

/** What a worker asks does not arrive; events still come. */
export const cutRequests: InjectFault = (lab, fault, fired) =>
  damageLinks(lab, fault, fired, { begin: (link) => link.cut("toTarget") });

/** What a worker asks is done; it does not hear of it. */
export const cutAnswers: InjectFault = (lab, fault, fired) =>
  damageLinks(lab, fault, fired, { begin: (link) => link.cut("toClient") });

/** Everything takes longer. */
export const slowLinksDown: InjectFault = (lab, fault, fired) =>
  damageLinks(lab, fault, fired, { begin: (link) => link.delay(SLOW_MS) });

/** Answers are dropped after etcd has applied the requests: connections end before they arrive. */
export const loseAnswers: InjectFault = (lab, fault, fired) =>
  damageLinks(lab, fault, fired, {
    begin: (link) => link.cut("toClient"),
    beforeHealing: (link) => link.reset(),
  });

/** A worker is cut off from the leader only. */
export const cutFromLeader: InjectFault = async (lab, fault, fired) => {
  const leader = lab.cluster.members.indexOf(await lab.cluster.leader());
  await damageLinks(lab, fault, fired, {
    choose: (links) => [links.to(leader)],
    begin: (link) => link.cut(),
  });
};

/** Each link is cut for a moment again and again, and sometimes reset. */
export const makeLinksLossy: InjectFault = async (lab, fault, fired) => {
  const random = createRandom(`${fault.id} ${fault.durationMs}`);
  const { all: links } = await linksOfHolder(lab, fault);
  const untilMs = performance.now() + fault.durationMs;
  await withoutBlame(lab, async () => {
    try {
      fired();
      while (performance.now() < untilMs) {
        const link = random.pick(links);
        if (random.next() < 0.2) link.reset();
        else link.cut(random.pick(["toClient", "toTarget"]));
        await sleep(random.integer(20, 250));
        link.heal();
        await sleep(random.integer(10, 100));
      }
    } finally {
      for (const link of links) link.heal();
    }
  });
};

/** Of a worker that holds a lock and means to hold it for longer than its TTL. */
async function linksOfHolder({ workers }: Lab, fault: PlannedFault): Promise<WorkerLinks> {
  const { links } = await workers.nextHolder(fault.worker, TTL_MS);
  return links;
}

interface Damage {
  /** Default: all links of the worker. */
  readonly choose?: (links: WorkerLinks) => readonly TcpProxy[];
  readonly begin: (link: TcpProxy) => void;
  readonly beforeHealing?: (link: TcpProxy) => void;
}

async function damageLinks(lab: Lab, fault: PlannedFault, fired: () => void, damage: Damage): Promise<void> {
  const { choose = ({ all }) => all, begin, beforeHealing } = damage;
  const links = choose(await linksOfHolder(lab, fault));
  await withoutBlame(lab, async () => {
    for (const link of links) begin(link);
    fired();
    await sleep(fault.durationMs);
    for (const link of links) {
      beforeHealing?.(link);
      link.heal();
    }
  });
}

/**
 * Who stands in a queue and is cut off holds the others up until its own lease ends. How soon a lock is free after
 * somebody's death is therefore counted from when the network is whole again.
 */
async function withoutBlame({ recorder }: Lab, work: () => Promise<void>): Promise<void> {
  recorder.record({ kind: "etcd-unavailable" });
  try {
    await work();
  } finally {
    recorder.record({ kind: "etcd-available" });
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { type EtcdView, openEtcdView } from "./etcd-view.js";
import { countWaitersInEtcd, type SubjectState } from "./messages.js";
import type { SoakOptions } from "./options.js";
import type { Ending, Phase, Sample, SoakRun } from "./soak-run.js";
import { type SubjectProcess, startSubject } from "./subject-process.js";

export interface SoakSetting {
  /** Of the only member. */
  readonly endpoint: string;
  readonly say: (message: string) => void;
}

/** How long one lock is held, to compare with, in seconds; less if the phases are shorter. */
const ONE_LOCK_SECONDS = 20;
const SAMPLES_PER_PHASE = 120;
const SHORTEST_INTERVAL_MS = 500;
/**
 * How often as long as a sample takes the subject is left alone afterwards: to collect the garbage of ten thousand
 * locks holds its event loop up, and a session that is not renewed is lost.
 */
const REST_FACTOR = 4;
/** After how many samples etcd forgets its history. */
const COMPACT_EVERY = 12;
const END_MS = 10_000;

interface Lab {
  readonly subject: SubjectProcess;
  readonly view: EtcdView;
}

/** Lets the measured process hold many locks and then churn them, and writes down what it and etcd say meanwhile. */
export async function runSoak(options: SoakOptions, { endpoint, say }: SoakSetting): Promise<SoakRun> {
  const { locks, seconds, waiters } = options;
  using view = openEtcdView(endpoint);
  using subject = startSubject({ endpoints: [endpoint], leak: options.leak });
  const lab = { subject, view };

  await subject.ask({ kind: "connect" });
  const alone = await subject.ask({ kind: "take", locks: 1 });
  say("one lock is held");
  const one = await observe(lab, Math.min(seconds, ONE_LOCK_SECONDS));

  const all = await subject.ask({ kind: "take", locks });
  await view.block(waiters);
  const waiting = await subject.ask({ kind: "wait", waiters });
  await untilWatched(view, waiters);
  say(`${locks} locks are held, ${waiters} requests wait`);
  const hold = await observe(lab, seconds);

  await view.unblock();
  const released = await subject.ask({ kind: "release" });
  say("all are released; locks are taken and released as fast as it goes");
  await subject.ask({ kind: "start-churn" });
  const churn = await observe(lab, seconds);
  await subject.ask({ kind: "stop-churn" });

  say("the coordinator closes");
  const ending = await end(lab);
  return {
    locks,
    waiters,
    phases: { one, hold, churn },
    heap: {
      perLock: perPiece(alone, all, locks - 1),
      perWaiter: perPiece(all, waiting, waiters),
      taken: waiting.heapUsed - alone.heapUsed,
      left: released.heapUsed - alone.heapUsed,
    },
    ending,
  };
}

async function observe({ subject, view }: Lab, seconds: number): Promise<Phase> {
  const intervalMs = Math.max(SHORTEST_INTERVAL_MS, (seconds * 1_000) / SAMPLES_PER_PHASE);
  const startMs = performance.now();
  const samples: Sample[] = [];
  for (;;) {
    const beforeMs = performance.now();
    const [state, counts] = await Promise.all([subject.ask({ kind: "measure" }), view.counts()]);
    const t = Math.round((performance.now() - startMs) / 100) / 10;
    samples.push({ t, ...state, ...counts });
    if (t >= seconds) return { seconds, samples };
    if (samples.length % COMPACT_EVERY === 0) await view.compact();
    const nowMs = performance.now();
    const restMs = REST_FACTOR * (nowMs - beforeMs);
    await sleep(Math.max(restMs, startMs + samples.length * intervalMs - nowMs));
  }
}

/** A waiter is told that it is blocked before it watches what blocks it. */
async function untilWatched(view: EtcdView, waiters: number): Promise<void> {
  const inEtcd = countWaitersInEtcd(waiters);
  while ((await view.counts()).watches < inEtcd) await sleep(SHORTEST_INTERVAL_MS);
}

async function end({ subject, view }: Lab): Promise<Ending> {
  const { resources, timers } = await subject.ask({ kind: "close" });
  const notEnded = await subject.ended(END_MS);
  return { resources, timers, notEnded, ...(await view.counts()), queueEntries: await view.queueEntries() };
}

function perPiece(before: SubjectState, after: SubjectState, pieces: number): number {
  return pieces === 0 ? 0 : Math.round((after.heapUsed - before.heapUsed) / pieces);
}

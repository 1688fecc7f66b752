// The process that is measured: it does what the runner says and nothing else.
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { type Coordinator, connect } from "@fenceline/core";
import { type Churn, startChurn } from "./churn.js";
import { countFailures } from "./failures.js";
import { createHoldings, type Holdings } from "./holdings.js";
import { type Leak, startLeak } from "./leak.js";
import { countLiveTimers } from "./live-timers.js";
import {
  NAMESPACE,
  type SubjectCommand,
  type SubjectSettings,
  type SubjectState,
  TTL_MS,
} from "./messages.js";

/** How long connections may take to close, in milliseconds. */
const CLOSING_MS = 5_000;

const { endpoints, leak: leaks } = JSON.parse(process.argv[2] ?? "") as SubjectSettings;
const timers = countLiveTimers();
const failures = countFailures();
let coordinator: Coordinator;
let holdings: Holdings;
let churn: Churn | undefined;
let churned = 0;
let leak: Leak | undefined;

process.on("message", (command: SubjectCommand) => {
  void obey(command).then((state) => {
    process.send?.(state);
    // From here on nothing may keep the process alive.
    if (command.kind === "close") process.disconnect();
  });
});
// Whoever is warned writes there, and a pipe counts from its first use.
process.stderr.write("");
const atStart = process.getActiveResourcesInfo();

async function obey(command: SubjectCommand): Promise<SubjectState> {
  if (command.kind === "connect") await open();
  else if (command.kind === "take") await holdings.take(command.locks);
  else if (command.kind === "wait") await holdings.wait(command.waiters);
  else if (command.kind === "release") await holdings.release();
  else if (command.kind === "start-churn") churn = churnLocks();
  else if (command.kind === "stop-churn") await churn?.stop();
  else if (command.kind === "close") await close();
  return measure();
}

async function open(): Promise<void> {
  coordinator = await connect({ etcd: { hosts: [...endpoints] }, namespace: NAMESPACE, ttlMs: TTL_MS });
  holdings = createHoldings(coordinator, failures);
  if (leaks) leak = await startLeak(endpoints);
}

function churnLocks(): Churn {
  return startChurn({
    coordinator,
    failures,
    onGranted: () => {
      churned += 1;
    },
    onReleased: (lock) => leak?.keep(lock),
  });
}

async function close(): Promise<void> {
  await coordinator.close();
  const end = performance.now() + CLOSING_MS;
  while (leftResources().length + timers.count > 0 && performance.now() < end) await sleep(50);
}

async function measure(): Promise<SubjectState> {
  globalThis.gc?.();
  // What was found unreachable may have a finaliser that lets go of more.
  await setImmediate();
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return {
    heapUsed,
    rss,
    held: holdings.held,
    grants: holdings.grants + churned,
    failures: failures.count,
    resources: leftResources(),
    timers: timers.count,
  };
}

/** What keeps the process alive, without what did when it started. */
function leftResources(): string[] {
  const left = process.getActiveResourcesInfo();
  for (const resource of atStart) {
    const index = left.indexOf(resource);
    if (index >= 0) left.splice(index, 1);
  }
  return left;
}

import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { type ConnectOptions, connect, FencelineError, type Lock } from "@fenceline/core";
import { nowMs, type WorkerOrder, type WorkerReport } from "./worker-messages.js";

/** A node of a service, in a process of its own, that does what it is told by lines on its standard input. */
const options = JSON.parse(process.argv[2] as string) as ConnectOptions;
const locks = new Map<string, Lock>();
const say = (report: WorkerReport): void => void writeSync(1, `${JSON.stringify(report)}\n`);

const obey = async (id: number, work: () => Promise<string | undefined>): Promise<void> => {
  const sentMs = nowMs();
  try {
    const token = await work();
    say({ id, sentMs, ms: nowMs(), ...(token !== undefined && { token }) });
  } catch (error) {
    if (!FencelineError.is(error)) throw error;
    say({ id, sentMs, ms: nowMs(), code: error.code });
  }
};

const coordinator = await connect(options);
coordinator.onSessionState(({ status }) => say({ state: status, ms: nowMs() }));
const input = createInterface(process.stdin);
input.on("line", (line) => {
  const order = JSON.parse(line) as WorkerOrder;
  void obey(order.id, () => perform(order));
});
// Whoever started it is gone.
input.on("close", () => coordinator.close());
say({ id: 0, sentMs: nowMs(), ms: nowMs() });

async function perform(order: WorkerOrder): Promise<string | undefined> {
  if (order.do === "acquire") {
    const { lock: name, timeoutMs } = order;
    const lock = await coordinator.acquire(name, { timeoutMs });
    locks.set(JSON.stringify(name), lock);
    const tell = (): void => say({ aborted: `${lock.token}`, ms: nowMs() });
    if (lock.signal.aborted) tell();
    else lock.signal.addEventListener("abort", tell);
    return `${lock.token}`;
  }
  if (order.do === "close") {
    await coordinator.close();
    input.close();
    process.stdin.destroy();
    return undefined;
  }
  const lock = locks.get(JSON.stringify(order.lock));
  if (lock === undefined) throw new Error(`never held: ${JSON.stringify(order.lock)}`);
  if (order.do === "release") await lock.release();
  else await lock.guardedTxn((txn) => txn.put(order.key).value(order.value));
  return undefined;
}

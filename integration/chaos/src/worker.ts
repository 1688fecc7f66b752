import { setTimeout as sleep } from "node:timers/promises";
import { type Coordinator, connect, FencelineError } from "@fenceline/core";
import { createLoad, type Load } from "./load.js";
import { NAMESPACE, TTL_MS, type WorkerCommand, type WorkerReport, type WorkerSettings } from "./messages.js";
import { createRandom } from "./random.js";
import { openRecorder } from "./recorder.js";
import { watchForStalls } from "./stalls.js";
import { createJumpingClock } from "./worker-clock.js";

/** Locks of a worker queue up behind each other; a little rest lets others in. */
const REST_MS: readonly [number, number] = [0, 200];

const settings = JSON.parse(process.argv[2] ?? "") as WorkerSettings;
const { name } = settings;
const recorder = openRecorder(settings.historyPath);
const clock = createJumpingClock();
const stalls = watchForStalls(recorder, name);
let isStopping = false;
let requests = 0;

process.on("message", (command: WorkerCommand) => {
  obey(command);
  report({ kind: "obeyed", command: command.kind });
});
// The runner is gone.
process.on("disconnect", () => {
  if (!isStopping) process.exit(1);
});

const coordinator = await connectUntilStopped();
if (coordinator !== undefined) {
  report({ kind: "connected" });
  const onChecked = (forMs: number): void => report({ kind: "checked", forMs });
  const load = createLoad(settings.load, { ...settings, coordinator, recorder, worker: name, onChecked });
  await Promise.all(Array.from({ length: load.clients }, (_, client) => work(load, client)));
  await coordinator.close();
}
stalls.stop();
recorder.close();
// From here on nothing may keep the process alive.
process.disconnect();

async function connectUntilStopped(): Promise<Coordinator | undefined> {
  while (!isStopping) {
    try {
      return await connect({
        etcd: { hosts: settings.endpoints },
        namespace: NAMESPACE,
        node: name,
        ttlMs: TTL_MS,
        wire: settings.wire,
        lockDirectory: settings.lockDirectory,
        parts: { clock },
      });
    } catch (error) {
      if (!FencelineError.is(error) || error.code === "invalid_argument") throw error;
      await sleep(200);
    }
  }
  return undefined;
}

async function work({ operate }: Load, client: number): Promise<void> {
  const random = createRandom(`load ${settings.seed} ${name} ${client}`);
  while (!isStopping) {
    requests += 1;
    await operate(random, `${name}-${requests}`);
    await sleep(random.integer(...REST_MS));
  }
}

function obey(command: WorkerCommand): void {
  if (command.kind === "stop") isStopping = true;
  else if (command.kind === "block") stalls.stall(command.forMs);
  else if (command.kind === "suspend") clock.suspend(command.forMs);
  else clock.setWallClock(command.offsetMs);
}

function report(message: WorkerReport): void {
  if (process.connected) process.send?.(message);
}

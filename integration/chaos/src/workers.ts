import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { WireFormat } from "@fenceline/core";
import { openWorkerLinks, type WorkerLinks } from "./links.js";
import type { LoadSettings } from "./messages.js";
import type { Recorder } from "./recorder.js";
import { startWorkerProcess, type WorkerProcess } from "./worker-process.js";

/** Where a worker runs; who takes a dead one's place has another name and the same links. */
interface Place {
  readonly links: WorkerLinks;
  readonly worker: WorkerProcess;
  /** Starts a worker with a name of its own. */
  startWorker(): void;
}

/** All workers of a run. */
export interface Workers extends AsyncDisposable {
  readonly places: readonly Place[];
  /** What workers did that no worker may do. */
  readonly failures: readonly string[];
  place(index: number): Place;
  /**
   * Waits for a worker that is about to write under a global lock, best the one in that place.
   *
   * @param forMs how long it must want to hold the lock at least
   * @returns where it runs; the place itself if there is none in time
   */
  nextHolder(index: number, forMs?: number): Promise<Place>;
  /** Whether a worker can do nothing, because it is dead or stands still. */
  isSilent(name: string): boolean;
  /** Resolves when each has connected; throws if one does not. */
  connected(): Promise<void>;
  stop(): Promise<void>;
}

export interface WorkersOptions {
  readonly count: number;
  readonly seed: number;
  readonly members: readonly string[];
  readonly directory: string;
  readonly wire: readonly WireFormat[];
  readonly load: LoadSettings;
  readonly recorder: Recorder;
}

/** How long the worker in the place is preferred to others, and how long any is waited for. */
const PREFERRED_MS = 300;
const HOLDER_MS = 3_000;
const CONNECT_MS = 15_000;
/** Waits of 10 s, a release of 5 s and a close of 1 s may be under way. */
const STOP_MS = 25_000;

export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const all: WorkerProcess[] = [];
  const failures: string[] = [];
  /** Who was about to write under a global lock since `nextHolder` looked last, and for how long. */
  let writers: { readonly name: string; readonly forMs: number }[] = [];
  const connected = new Set<string>();
  const places = await Promise.all(Array.from({ length: options.count }, (_, index) => openPlace(index)));

  async function openPlace(index: number): Promise<Place> {
    const links = await openWorkerLinks(options.members);
    let started = 0;
    const start = (): WorkerProcess => {
      started += 1;
      return startWorker(`w${index + 1}${started === 1 ? "" : `.${started}`}`, links);
    };
    let worker = start();
    return {
      links,
      get worker() {
        return worker;
      },
      startWorker() {
        worker = start();
      },
    };
  }

  function startWorker(name: string, links: WorkerLinks): WorkerProcess {
    const worker = startWorkerProcess({
      settings: {
        name,
        seed: options.seed,
        endpoints: links.endpoints,
        lockDirectory: join(options.directory, "locks"),
        wire: options.wire,
        load: options.load,
        historyPath: join(options.directory, `${name}.jsonl`),
      },
      recorder: options.recorder,
      onReport(report) {
        if (report.kind === "connected") connected.add(name);
        if (report.kind === "checked") writers.push({ name, forMs: report.forMs });
      },
      onFailed: (why) => failures.push(why),
    });
    all.push(worker);
    return worker;
  }

  const killAll = (): Promise<unknown> =>
    Promise.all(all.filter(({ isRunning }) => isRunning).map((worker) => worker.kill()));
  const onExit = (): void => void killAll();
  // Also those that are stopped, and cannot see that the runner is gone.
  process.on("exit", onExit);

  const byName = (name: string): WorkerProcess | undefined => all.find((worker) => worker.name === name);
  const place = (index: number): Place => places[index % places.length] as Place;

  return {
    places,
    failures,
    place,
    async nextHolder(index, forMs = 0) {
      const preferred = place(index);
      const startMs = performance.now();
      while (performance.now() < startMs + HOLDER_MS) {
        writers = [];
        await sleep(5);
        const isPatient = performance.now() < startMs + PREFERRED_MS;
        const names = writers.filter((writer) => writer.forMs >= forMs).map(({ name }) => name);
        const holders = places.filter(({ worker }) => names.includes(worker.name) && !worker.isSilent);
        const holder = isPatient ? holders.find((each) => each === preferred) : holders[0];
        if (holder !== undefined) return holder;
      }
      return preferred;
    },
    isSilent: (name) => byName(name)?.isSilent ?? false,
    async connected() {
      const untilMs = performance.now() + CONNECT_MS;
      while (connected.size < places.length) {
        if (failures.length > 0) throw new Error(failures.join("; "));
        if (performance.now() > untilMs) throw new Error(`only ${connected.size} workers have connected`);
        await sleep(20);
      }
    },
    async stop() {
      const ends = await Promise.all(places.map(({ worker }) => worker.stop(STOP_MS)));
      failures.push(...ends.filter((why) => why !== undefined));
    },
    async [Symbol.asyncDispose]() {
      await killAll();
      process.off("exit", onExit);
      await Promise.all(places.map(({ links }) => links[Symbol.asyncDispose]()));
    },
  };
}

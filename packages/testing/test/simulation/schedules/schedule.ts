/** The TTL of all sessions in schedules, in milliseconds. */
export const TTL_MS = 5_000;
export const NODES = 3;

/** Who does what when, and what goes wrong when. The same schedule always gives the same history. */
export interface Schedule {
  /** All randomness of the nodes comes from it. */
  readonly seed: number;
  /** etcd's. In "3.4.23" a member that was cut off answers renewals; in "3.6.5" answers are believed. */
  readonly version: "3.4.23" | "3.6.5";
  /** How locks are laid down in etcd. */
  readonly wire: "both" | "cinder" | "etcd";
  /** Whether an entry may be handed on inside a process. */
  readonly handOver: boolean;
  /** How long locks rest after an unclean end, in milliseconds. Those that are not named do not. */
  readonly delays?: Readonly<Record<string, number>> | undefined;
  readonly steps: readonly Step[];
}

export type Step = Fault | Take;

interface Timed {
  readonly atMs: number;
}

interface OnNode extends Timed {
  readonly node: number;
}

/** Something that a node does: it asks for locks, works under them, and gives them back. */
export interface Take extends OnNode {
  readonly do: "take";
  readonly how: "acquire" | "try" | "withLock";
  readonly locks: readonly string[];
  /** How long it works. */
  readonly holdMs: number;
  /** How many times it writes in that time, guarded, to the register and to etcd. */
  readonly writes: number;
  /** How long a write is on its way to the register. */
  readonly writeDelayMs: number;
  /** Whether it writes without asking `assertHeld()` first. */
  readonly careless: boolean;
  readonly timeoutMs?: number | undefined;
  readonly abortAfterMs?: number | undefined;
}

export type Fault = ClusterFault | NodeFault;

interface Lasting {
  readonly forMs: number;
}

export type NodeFault =
  | (OnNode &
      Lasting & {
        readonly do:
          | "lose-answers"
          | "lose-requests"
          /** Nothing of the process runs. */
          | "pause"
          /** The member that the node talks to is cut off from its peers. */
          | "isolate"
          /** A copy of the node's next change of a queue arrives only at the end. */
          | "late-copy"
          /** The node's next guarded write to etcd arrives only at the end. */
          | "late-write"
          /** No watch tells anything. */
          | "lose-events"
          /** The process dies, or closes its coordinator; another one takes its place at the end. */
          | "close"
          | "crash";
      })
  | (OnNode & Lasting & { readonly do: "slow"; readonly delayMs: number })
  | (OnNode & { readonly do: "break-watches" | "revoke" })
  | (OnNode & { readonly do: "jump" | "set-wall-clock"; readonly byMs: number });

export type ClusterFault =
  | (Timed & Lasting & { readonly do: "full" | "outage" })
  /** An operator deletes the key of who holds a lock (0) or of the first or second who waits for it. */
  | (Timed & { readonly do: "delete-entry"; readonly lock: string; readonly place: number });

export function isTake(step: Step): step is Take {
  return step.do === "take";
}

/** The schedule as a test that finds the same problems, to be copied into a suite. */
export function printAsTest(schedule: Schedule, problems: readonly string[]): string {
  const { delays, handOver, seed, steps, version, wire } = schedule;
  return [
    `it("keeps its promises in a schedule in which it did not", async () => {`,
    ...problems.map((problem) => `  // ${problem}`),
    `  const { problems } = await runSchedule({`,
    `    seed: ${seed},`,
    `    version: "${version}",`,
    `    wire: "${wire}",`,
    `    handOver: ${handOver},`,
    ...(delays === undefined ? [] : [`    delays: ${JSON.stringify(delays)},`]),
    `    steps: [`,
    ...steps.toSorted((a, b) => a.atMs - b.atMs).map((step) => `      ${literal(step)},`),
    `    ],`,
    `  });`,
    `  assert.deepEqual(problems, []);`,
    `});`,
  ].join("\n");
}

function literal(step: Step): string {
  const fields = Object.entries(step).filter(([, value]) => value !== undefined);
  return `{ ${fields.map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join(", ")} }`;
}

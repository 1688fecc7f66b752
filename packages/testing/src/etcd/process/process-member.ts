import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { UnsupportedError } from "../errors.js";
import { type MemberRuntime, type PeerDirection, STOP_GRACE_MS } from "../member-runtime.js";
import { type SupervisedProcess, startSupervised } from "./supervised-process.js";

export interface ProcessMemberOptions {
  readonly name: string;
  readonly clientUrl: string;
  /** The executable, and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
  /** File that the output is appended to. */
  readonly logPath: string;
  readonly isolate: () => void;
  readonly cut: (peer: string, direction: PeerDirection | undefined) => void;
  readonly rejoin: () => void;
}

const LOG_TAIL_BYTES = 4_096;

/** A member that runs as a child process. */
export function createProcessMember(options: ProcessMemberOptions): MemberRuntime {
  const { name, clientUrl, env, logPath } = options;
  const [executable, ...args] = options.command;
  let child: SupervisedProcess | undefined;

  const signal = (what: NodeJS.Signals): void => {
    if (child?.isRunning !== true) throw new UnsupportedError(`${name} does not run`);
    child.signal(what);
  };
  const kill = async (): Promise<void> => {
    child?.signal("SIGKILL");
    await child?.exited();
  };

  return {
    name,
    clientUrl,
    get pid() {
      return child?.isRunning ? child.pid : undefined;
    },
    isRunning: async () => child?.isRunning ?? false,
    async start() {
      const log = await open(logPath, "a");
      try {
        child = startSupervised(executable, args, { env, output: log.fd });
      } finally {
        await log.close();
      }
    },
    pause: async () => signal("SIGSTOP"),
    resume: async () => signal("SIGCONT"),
    kill,
    async stop() {
      child?.signal("SIGTERM");
      const patience = new AbortController();
      const graceIsOver = sleep(STOP_GRACE_MS, undefined, { signal: patience.signal }).then(kill, () => {});
      await Promise.race([child?.exited(), graceIsOver]);
      patience.abort();
    },
    isolate: async () => options.isolate(),
    cut: async (peer, direction) => options.cut(peer, direction),
    rejoin: async () => options.rejoin(),
    log: () => readTail(logPath),
  };
}

/** The last lines of a file. */
async function readTail(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - LOG_TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOG_TAIL_BYTES), 0, LOG_TAIL_BYTES, start);
    const text = buffer.toString("utf8", 0, bytesRead);
    return start === 0 ? text : text.slice(text.indexOf("\n") + 1);
  } finally {
    await file.close();
  }
}

import { UnsupportedError } from "../errors.js";
import { type MemberRuntime, STOP_GRACE_MS } from "../member-runtime.js";
import type { DockerContainer, DockerNetwork } from "./docker.js";

export interface ContainerMemberOptions {
  readonly name: string;
  readonly clientUrl: string;
  /** Creates the container and starts it. */
  readonly create: () => Promise<DockerContainer>;
  /** The network between the members, where there are several. */
  readonly network: DockerNetwork | undefined;
}

const LOG_TAIL_LINES = 20;

/** A member that runs in a container of its own. */
export function createContainerMember(options: ContainerMemberOptions): MemberRuntime {
  const { name, network } = options;
  let created: DockerContainer | undefined;

  const container = (): DockerContainer => {
    if (created === undefined) throw new Error(`${name} has no container yet`);
    return created;
  };
  const isRunning = async (): Promise<boolean> => {
    if (created === undefined) return false;
    return (await created.inspect()).State.Running;
  };

  return {
    name,
    clientUrl: options.clientUrl,
    pid: undefined,
    isRunning,
    async start() {
      if (created === undefined) created = await options.create();
      else await created.start();
    },
    pause: () => container().pause(),
    resume: () => container().unpause(),
    async kill() {
      if (await isRunning()) await container().kill({ signal: "SIGKILL" });
    },
    async stop() {
      if (await isRunning()) await container().stop({ t: STOP_GRACE_MS / 1_000 });
    },
    async isolate() {
      await network?.disconnect({ Container: container().id });
    },
    async cut() {
      throw new UnsupportedError("containers can be cut off from all others only; use processes");
    },
    async rejoin() {
      await network?.connect({ Container: container().id, EndpointConfig: { Aliases: [name] } });
    },
    async log() {
      if (created === undefined) return "";
      const log = await created.logs({ stdout: true, stderr: true, tail: LOG_TAIL_LINES });
      return withoutFrames(log);
    },
  };
}

/** Docker puts eight bytes before each piece of output: stream, three zeros, length. */
function withoutFrames(log: Buffer): string {
  let text = "";
  for (let at = 0; at + 8 <= log.length; ) {
    const length = log.readUInt32BE(at + 4);
    text += log.toString("utf8", at + 8, at + 8 + length);
    at += 8 + length;
  }
  return text;
}

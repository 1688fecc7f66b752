import { randomBytes } from "node:crypto";
import { startTcpProxy } from "../faults/tcp-proxy.js";
import type { ClusterTls } from "../tls/tls-material.js";
import { type Cleanup, settleAll } from "./cleanup.js";
import { enableAuth } from "./etcd-auth.js";
import type { ClusterAuth, EtcdCluster } from "./etcd-cluster.js";
import { createMember, type EtcdMember } from "./etcd-member.js";
import { createGateway, type Gateway } from "./gateway.js";
import {
  createMemberHealth,
  type Deadline,
  findLeader,
  type MemberHealth,
  startDeadline,
} from "./member-health.js";
import type { ClusterRuntime, MemberRuntime } from "./member-runtime.js";
import type { StartSettings } from "./start-options.js";

/** A cluster of which nothing runs yet. */
export interface PreparedCluster {
  readonly runtime: ClusterRuntime;
  readonly tls: ClusterTls | undefined;
}

/** One member from all sides. */
interface Part {
  readonly member: EtcdMember;
  readonly runtime: MemberRuntime;
  readonly gateway: Gateway;
  readonly health: MemberHealth;
}

/** Starts the members, waits until they take writes, and switches authentication on. */
export async function assembleCluster(
  { runtime, tls }: PreparedCluster,
  settings: StartSettings,
  cleanup: Cleanup,
): Promise<EtcdCluster> {
  const { timeoutMs } = settings;
  let auth: ClusterAuth | undefined;

  const parts = await settleAll(runtime.members.map(createPart));
  const first = parts[0] as Part;
  const starting = deadline();
  await settleAll(parts.map((part) => part.runtime.start()));
  await waitUntilWritable(parts, starting);
  const { etcdserver: version } = await first.gateway.get<{ etcdserver: string }>("/version");
  if (settings.auth !== undefined) {
    const rootPassword = randomBytes(16).toString("hex");
    await enableAuth(first.gateway, settings.auth, rootPassword);
    auth = { ...settings.auth, rootPassword };
    // Members learn of it one after the other.
    await waitUntilWritable(parts, starting);
  }

  return {
    kind: runtime.kind,
    version,
    endpoints: parts.map(({ member }) => member.endpoint),
    members: parts.map(({ member }) => member),
    tls: tls?.client,
    auth,
    async leader() {
      const leader = await findLeader(listReachable, deadline());
      return leader.member;
    },
    ready: async () => waitUntilWritable(await listReachable(), deadline()),
    [Symbol.asyncDispose]: () => cleanup[Symbol.asyncDispose](),
  };

  async function createPart(member: MemberRuntime): Promise<Part> {
    const { clientUrl } = member;
    const gateway = createGateway({ url: clientUrl, tls: tls?.gateway });
    const clientProxy = settings.clientProxy
      ? cleanup.use(await startTcpProxy({ target: clientUrl }))
      : undefined;
    return {
      member: createMember({ runtime: member, clientProxy, waitUntilReady }),
      runtime: member,
      gateway,
      health: createMemberHealth({
        runtime: member,
        gateway,
        rootPassword: () => auth?.rootPassword,
        mayWrite: runtime.kind !== "existing",
      }),
    };
  }

  function deadline(): Deadline {
    return startDeadline(timeoutMs);
  }

  async function waitUntilWritable(waitedFor: readonly Part[], until: Deadline): Promise<void> {
    await Promise.all(waitedFor.map(({ health }) => health.waitUntilWritable(until)));
  }

  /** Members that can take part in a decision. */
  async function listReachable(): Promise<Part[]> {
    const isRunning = await Promise.all(parts.map((part) => part.runtime.isRunning()));
    return parts.filter(({ member }, index) => {
      const isCutOff = member.isPartitioned && parts.length > 1;
      return isRunning[index] === true && !member.isPaused && !isCutOff;
    });
  }

  /** A member gets ready only where a majority of members reach each other. */
  async function waitUntilReady(member: EtcdMember): Promise<void> {
    const reachable = await listReachable();
    if (2 * reachable.length <= parts.length) return;
    await waitUntilWritable(
      reachable.filter((part) => part.member === member),
      deadline(),
    );
  }
}

import { setTimeout as sleep } from "node:timers/promises";
import { EtcdStartError } from "./errors.js";
import { authenticate } from "./etcd-auth.js";
import { base64, type Gateway } from "./gateway.js";
import type { MemberRuntime } from "./member-runtime.js";

/** What a member says of itself and its cluster. */
export interface MemberStatus {
  readonly isLeader: boolean;
  readonly term: bigint;
}

/** Asks one member how it is, past any client proxy. */
export interface MemberHealth {
  /** @throws EtcdStartError if the member ends before, or does not take writes until the deadline. */
  waitUntilWritable(deadline: Deadline): Promise<void>;
  status(): Promise<MemberStatus>;
}

export interface MemberHealthOptions {
  readonly runtime: MemberRuntime;
  readonly gateway: Gateway;
  /** Given once authentication is on. */
  readonly rootPassword: () => string | undefined;
  /** False for a cluster that is not ours to write to: its own health check has to do. */
  readonly mayWrite: boolean;
}

const POLL_MS = 50;
/** Deleting a key that never exists goes through consensus like any write, and leaves no revision behind. */
const NO_KEY = base64("\0fenceline-testing-no-such-key");

export function createMemberHealth(options: MemberHealthOptions): MemberHealth {
  const { runtime, gateway, rootPassword, mayWrite } = options;

  const rootToken = async (): Promise<string | undefined> => {
    const password = rootPassword();
    return password === undefined ? undefined : authenticate(gateway, "root", password);
  };
  const probe = async (): Promise<void> => {
    if (mayWrite) await gateway.call("kv/deleterange", { key: NO_KEY }, await rootToken());
    else await gateway.get("/health");
  };

  return {
    async waitUntilWritable(deadline) {
      for (;;) {
        try {
          return await probe();
        } catch (error) {
          if (!(await runtime.isRunning())) {
            throw new EtcdStartError(`${runtime.name} ended before it was ready`, await runtime.log(), error);
          }
          if (deadline.isOver()) {
            const message = `${runtime.name} not ready after ${deadline.timeoutMs} ms`;
            throw new EtcdStartError(message, await runtime.log(), error);
          }
        }
        await sleep(POLL_MS);
      }
    },
    async status() {
      const answer = await gateway.call<{ header: { member_id: string }; leader: string; raftTerm: string }>(
        "maintenance/status",
        {},
        await rootToken(),
      );
      return { isLeader: answer.leader === answer.header.member_id, term: BigInt(answer.raftTerm) };
    },
  };
}

/** A time limit for several steps together. */
export interface Deadline {
  readonly timeoutMs: number;
  isOver(): boolean;
}

export function startDeadline(timeoutMs: number): Deadline {
  const end = performance.now() + timeoutMs;
  return { timeoutMs, isOver: () => performance.now() >= end };
}

/** Which of these members leads: of those that believe so, the one with the newest term. */
export async function findLeader<T extends { readonly health: MemberHealth }>(
  listMembers: () => Promise<readonly T[]>,
  deadline: Deadline,
): Promise<T> {
  for (;;) {
    const members = await listMembers();
    const answers = await Promise.allSettled(members.map(({ health }) => health.status()));
    let leader: T | undefined;
    let newestTerm = -1n;
    for (const [index, answer] of answers.entries()) {
      if (answer.status === "rejected" || !answer.value.isLeader || answer.value.term <= newestTerm) continue;
      leader = members[index];
      newestTerm = answer.value.term;
    }
    if (leader !== undefined) return leader;
    if (deadline.isOver()) throw new EtcdStartError(`no member leads after ${deadline.timeoutMs} ms`);
    await sleep(POLL_MS);
  }
}

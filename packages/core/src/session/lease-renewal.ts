import type { Clock, Timer } from "../clock.js";
import { debug } from "../debug.js";
import { EtcdError, FencelineError } from "../errors.js";
import { isLeaseNotFound } from "../etcd/errors.js";
import { askMajority, type EtcdPort, type KeepAliveStream } from "../etcd/port.js";

export interface LeaseRenewalOptions {
  readonly port: EtcdPort;
  readonly clock: Clock;
  readonly leaseId: bigint;
  readonly ttlMs: number;
  readonly sessionKey: string;
  readonly sessionKeyCreated: bigint;
  /** A renewal that was sent at `sentAt` is good for so long. */
  readonly onConfirmed: (sentAt: number, ttlMs: number) => void;
  /** A renewal was not answered in time, or not at all; it is sent again. */
  readonly onFailed: (reason: string) => void;
  /** The lease does not exist any more. */
  readonly onGone: (why: string) => void;
}

export interface LeaseRenewal {
  start(): void;
  stop(): void;
}

interface Sent {
  readonly at: number;
}

/**
 * Renews a lease every third of its TTL over one stream; a renewal that is not answered within a sixth of the
 * TTL (a quarter of a short one, up to 1.1 s) is sent again through another member.
 *
 * An answer alone is no proof: a leader that was replaced without knowing it goes on answering (etcd before
 * 3.4.31 and 3.5.13 without end, https://github.com/etcd-io/etcd/issues/15247). A renewal is proved by a
 * transaction that a majority must agree to, sent after the answer came and committed in the same raft term: so
 * the leader that renewed was the leader still. The transaction only compares the session's key and deletes a
 * key that never exists, which raises no revision and works on a full disk.
 */
export function createLeaseRenewal(options: LeaseRenewalOptions): LeaseRenewal {
  const { port, clock, ttlMs } = options;
  // A member without a leader looks for one once in an election timeout, by default a second, and answers then.
  const silenceMs = Math.max(ttlMs / 6, Math.min(1_100, ttlMs / 4));
  let stream: KeepAliveStream | undefined;
  let unanswered: Sent[] = [];
  let nextTimer: Timer | undefined;
  let answerTimer: Timer | undefined;
  let stopped = false;

  const open = (): void => {
    unanswered = [];
    const opened = port.openKeepAlive(options.leaseId, {
      onAnswer: (answer) => {
        if (stream === opened) onAnswer(answer);
      },
      onFailed: (error) => {
        if (stream === opened) onFailed(error);
      },
    });
    stream = opened;
  };

  const send = (): void => {
    if (stopped) return;
    if (stream === undefined) open();
    unanswered.push({ at: clock.now() });
    stream?.send();
    answerTimer?.cancel();
    answerTimer = clock.startTimer(silenceMs, onSilence);
    sendLater(ttlMs / 3);
  };
  const sendLater = (delayMs: number): void => {
    nextTimer?.cancel();
    nextTimer = clock.startTimer(delayMs, send);
  };

  const sendSoon = (): void => sendLater(Math.min(ttlMs / 30, 500));

  const tellFailed = (reason: string): void => {
    debug("lease %s: %s", options.leaseId, reason);
    options.onFailed(reason);
  };
  const onSilence = (): void => {
    tellFailed(`no answer to a renewal within ${Math.round(silenceMs)} ms`);
    stream?.abandon();
    stream = undefined;
    send();
  };
  const onFailed = (error: Error): void => {
    stream = undefined;
    answerTimer?.cancel();
    if (stopped) return;
    if (isLeaseNotFound(error)) options.onGone("etcd does not know the lease any more");
    else {
      tellFailed(`renewal stream failed: ${error.message}`);
      sendSoon();
    }
  };
  const onAnswer = (answer: { readonly ttlSeconds: number; readonly raftTerm: bigint }): void => {
    const sent = unanswered.shift();
    if (stopped || sent === undefined) return;
    if (unanswered.length === 0) answerTimer?.cancel();
    if (answer.ttlSeconds <= 0) {
      options.onGone("etcd does not know the lease any more");
      return;
    }
    const confirm = (): void => options.onConfirmed(sent.at, answer.ttlSeconds * 1000);
    void prove(answer.raftTerm, confirm);
  };

  const prove = async (raftTerm: bigint, confirm: () => void): Promise<void> => {
    try {
      const answer = await port.txn({
        compare: [
          { target: "create", key: options.sessionKey, result: "equal", value: options.sessionKeyCreated },
        ],
        success: [askMajority(options.sessionKey)],
        failure: [{ type: "range", key: options.sessionKey }],
      });
      if (stopped) return;
      if (!answer.succeeded) options.onGone("its key in etcd is gone");
      else if (answer.raftTerm === raftTerm) confirm();
      else {
        debug("lease %s: renewed in term %s, but the term is %s", options.leaseId, raftTerm, answer.raftTerm);
        stream?.abandon();
        stream = undefined;
        send();
      }
    } catch (error) {
      // Answers to renewals do not tell of another or a restored cluster, and would be believed for ever.
      if (FencelineError.is(error, "etcd_cluster_changed") && !stopped) options.onGone(error.message);
      else if (!stopped) {
        // Not confirmed; the deadline stays where it is and decides.
        debug("lease %s: renewal not proved: %s", options.leaseId, error);
        // What etcd has refused it will refuse again.
        if (error instanceof EtcdError && error.retryable) sendSoon();
      }
    }
  };

  return {
    start: send,
    stop() {
      stopped = true;
      nextTimer?.cancel();
      answerTimer?.cancel();
      stream?.close();
      stream = undefined;
    },
  };
}

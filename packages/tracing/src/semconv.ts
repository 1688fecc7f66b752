// Every name under which something is told, with what it means in a sentence. The README's tables are made of this
// file by scripts/write-tracing-tables.mjs.

/** Attributes of spans, of their events and links, and of measurements. */
export const attributes = {
  scope: {
    name: "fenceline.lock.scope",
    type: "string",
    brief: "Scope of the lock: `process`, `node` or `global`; of a request over several scopes all, joined.",
  },
  template: {
    name: "fenceline.lock.template",
    type: "string",
    brief:
      "Template that the lock's name was rendered from, those of several keys joined; left out for a key without one.",
  },
  names: {
    name: "fenceline.lock.names",
    type: "string[]",
    brief:
      "Names of all locks of the request, as rendered; only on spans, and not with `recordNames: false`.",
  },
  purpose: {
    name: "fenceline.lock.operation",
    type: "string",
    brief: "What the holder is going to do, as the caller said it in `operation`.",
  },
  node: {
    name: "fenceline.node",
    type: "string",
    brief: "Name of the node whose coordinator was asked.",
  },
  position: {
    name: "fenceline.queue.position",
    type: "int",
    brief: "How many stood before the request when it began to wait; 0 when it did not have to wait.",
  },
  waiters: {
    name: "fenceline.lock.waiters",
    type: "int",
    brief:
      "On `acquire`: how many waited already when the request came. On `hold`: how many it kept waiting when it was released.",
  },
  attempts: {
    name: "fenceline.request.attempts",
    type: "int",
    brief: "1, plus the calls to etcd that had to be repeated for the request.",
  },
  ifAvailable: {
    name: "fenceline.lock.if_available",
    type: "boolean",
    brief: "Set on a try, which does not wait.",
  },
  token: {
    name: "fenceline.lock.token",
    type: "string",
    brief: "Fencing token of the first key, in decimal digits.",
  },
  outcome: {
    name: "fenceline.outcome",
    type: "string",
    brief:
      "How it ended. A request: `acquired`, `unavailable` (a try), `timeout`, `aborted`, `lost` or `error`. A holding: `released` or `lost`.",
  },
  errorType: {
    name: "error.type",
    type: "string",
    brief: "The code of the error (`lock_timeout`); `_OTHER` for an error that is not Fenceline's.",
  },
  reason: {
    name: "fenceline.lost.reason",
    type: "string",
    brief:
      "Why a lock was lost: `lease_expired`, `revoked`, `forced` (its entry or file was removed) or `closed` (the coordinator was).",
  },
  link: {
    name: "fenceline.link",
    type: "string",
    brief: "What a span link means: `blocked_by` or `granted_by`.",
  },
  blockedBy: {
    name: "fenceline.blocked_by",
    type: "string",
    brief: "Who was in the way: node, process, operation, since when; not with `recordNames: false`.",
  },
  guard: {
    name: "fenceline.guard",
    type: "string",
    brief: "Kind of the token gate: `etcd`, `memory` or `sql`.",
  },
  state: {
    name: "fenceline.session.state",
    type: "string",
    brief: "State of the session with etcd: `none`, `connecting`, `active`, `suspect`, `lost` or `closed`.",
  },
} as const;

/** Spans; a lock's template follows the name. */
export const spans = {
  acquire: {
    name: "acquire",
    kind: "CLIENT",
    brief:
      "From the request to the grant or its other end. Links to the `hold` spans that it waited for (`blocked_by`).",
  },
  hold: {
    name: "hold",
    kind: "INTERNAL",
    brief:
      "From the grant to the release or the loss; active in the callback of `withLock`. Links to its `acquire` span (`granted_by`).",
  },
} as const;

/** Events of spans. */
export const events = {
  queued: {
    name: "queued",
    brief: "On `acquire`: it waits; again each time that somebody else is in the way.",
  },
  handedOver: {
    name: "handed_over",
    brief: "On `hold`: the entry in etcd was taken over from the holder before in this process.",
  },
  handedOn: {
    name: "handed_on",
    brief: "On `hold`: the next holder in this process took over the entry in etcd.",
  },
  keepAliveFailed: {
    name: "keepalive_failed",
    brief: "On `hold`: a renewal of the session's lease got no answer in time; it is sent again.",
  },
  suspect: {
    name: "session_suspect",
    brief: "On `hold`: half of the time to the loss of the session has passed without a renewal.",
  },
  recovered: { name: "session_recovered", brief: "On `hold`: the session is renewed in time again." },
  lost: { name: "lost", brief: "On `hold`: the lock was lost; the span's status is an error and it ends." },
} as const;

/** Instruments; `attributes` are keys of the table above. */
export const metrics = {
  waitDuration: {
    name: "fenceline.lock.wait.duration",
    kind: "histogram",
    unit: "s",
    brief: "How long requests took from the call to their end.",
    attributes: ["scope", "template", "outcome", "errorType"],
  },
  holdDuration: {
    name: "fenceline.lock.hold.duration",
    kind: "histogram",
    unit: "s",
    brief: "How long locks were held.",
    attributes: ["scope", "template", "outcome"],
  },
  held: {
    name: "fenceline.lock.held",
    kind: "up-down counter",
    unit: "{lock}",
    brief: "Holdings at this moment; several keys taken together count once.",
    attributes: ["scope", "template"],
  },
  waiting: {
    name: "fenceline.lock.waiters",
    kind: "up-down counter",
    unit: "{waiter}",
    brief: "Requests of this process that wait at this moment.",
    attributes: ["scope", "template"],
  },
  lost: {
    name: "fenceline.lock.lost",
    kind: "counter",
    unit: "{lock}",
    brief: "Holdings that were lost before they were released.",
    attributes: ["scope", "template", "reason"],
  },
  rejected: {
    name: "fenceline.fence.rejected",
    kind: "counter",
    unit: "{operation}",
    brief: "Writes that a token gate of this process refused because a newer token was admitted before.",
    attributes: ["guard"],
  },
  keepAliveDuration: {
    name: "fenceline.lease.keepalive.duration",
    kind: "histogram",
    unit: "s",
    brief: "How long renewals of the session's lease took until they were confirmed.",
    attributes: ["node"],
  },
  leaseRemaining: {
    name: "fenceline.lease.remaining",
    kind: "gauge",
    unit: "s",
    brief:
      "What was left until the session would have been lost when it was last renewed; 0 once it is lost.",
    attributes: ["node"],
  },
  sessionChanges: {
    name: "fenceline.session.changes",
    kind: "counter",
    unit: "{change}",
    brief: "Changes of the session's state, by the state that it came to.",
    attributes: ["node", "state"],
  },
  retries: {
    name: "fenceline.retry.attempts",
    kind: "counter",
    unit: "{attempt}",
    brief: "Calls to etcd that were tried again.",
    attributes: ["node"],
  },
  breakerState: {
    name: "fenceline.breaker.state",
    kind: "gauge",
    unit: "1",
    brief:
      "The circuit breaker before etcd: 0 closed, 1 half open, 2 open. Not told with a policy of your own.",
    attributes: ["node"],
  },
} as const;

/** Buckets of the duration histograms, in seconds: from locks inside a process to operations on volumes. */
export const DURATION_BUCKETS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
];

/** The HTTP header, beside `traceparent`, in which a fencing token travels, in decimal digits. */
export const TOKEN_HEADER = "fenceline-token";

import type { Lock, LockKey } from "@fenceline/core";
import { FencingToken, InvalidArgumentError } from "@fenceline/core";
import { type Context, context, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { TOKEN_HEADER } from "./semconv.js";
import { formatTraceParent, parseTraceParent } from "./trace-parent.js";

/** Headers as they came: `request.headers` of Node.js, or a `Headers` object. */
export type IncomingHeaders = Headers | { readonly [name: string]: string | readonly string[] | undefined };

/** What a caller that holds a lock has said of it. */
export interface LockBaggage {
  /** To be shown to a token gate; `undefined` when the caller has sent none. */
  readonly token: FencingToken | undefined;
  /** In which the caller's span is the parent; make it the active one while the call is served. */
  readonly context: Context;
}

/**
 * Headers for a call to a resource that is made under a lock: the fencing token in `fenceline-token`, and the
 * active span in `traceparent`.
 *
 * @param key whose token to send, of a lock with several keys. Default: the first.
 * @throws InvalidArgumentError for a key that is not one of the lock's
 *
 * @example
 * ```ts
 * await coordinator.withLock(key, (lock) =>
 *   fetch(`${array}/mappings`, { method: "POST", body, headers: lockHeaders(lock), signal: lock.signal }),
 * );
 * ```
 */
export function lockHeaders(lock: Lock, key?: LockKey | string): Record<string, string> {
  const token = key === undefined ? lock.token : lock.tokenOf(key);
  const active = trace.getSpanContext(context.active());
  return {
    [TOKEN_HEADER]: token.toString(),
    ...(active !== undefined && trace.isSpanContextValid(active)
      ? { traceparent: formatTraceParent(active) }
      : {}),
  };
}

/**
 * Reads on the other side what `lockHeaders` has written. A `traceparent` that is none is taken as not sent, as
 * its specification wants it; a token that is none is refused, or a late write could pass for one without.
 *
 * @throws InvalidArgumentError for a token header that is not one token
 *
 * @example
 * ```ts
 * const { token, context } = readLockHeaders(request.headers);
 * if (token !== undefined) await gate.admit(volume, token);
 * ```
 */
export function readLockHeaders(headers: IncomingHeaders): LockBaggage {
  const token = headerOf(headers, TOKEN_HEADER);
  const parent = parseTraceParent(headerOf(headers, "traceparent"));
  return {
    token: token === undefined ? undefined : readToken(token),
    context: parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent),
  };
}

function readToken(text: unknown): FencingToken {
  if (typeof text !== "string") throw new InvalidArgumentError(TOKEN_HEADER, "one token", text);
  return FencingToken.parse(text);
}

function headerOf(headers: IncomingHeaders, name: string): unknown {
  return headers instanceof Headers ? (headers.get(name) ?? undefined) : headers[name];
}

/** etcd's JSON gateway: what the runner, an operator and an observer ask the members themselves, past all proxies. */
export interface EtcdGateway {
  /** Calls a method at the first member that answers well, for example `kv/range`. */
  call<T>(method: string, body: object): Promise<T>;
  /** Calls a method at one member. */
  callMember<T>(member: number, method: string, body: object): Promise<T>;
  /** Opens a stream of answers, one JSON object a line, until `signal` aborts or the member is gone. */
  stream<T>(member: number, method: string, body: object, signal: AbortSignal): AsyncIterable<T>;
}

const CALL_TIMEOUT_MS = 1_000;

export function createGateway(endpoints: readonly string[]): EtcdGateway {
  const gateway: EtcdGateway = {
    call: <T>(method: string, body: object) =>
      Promise.any(endpoints.map((_endpoint, member) => gateway.callMember<T>(member, method, body))),
    async callMember(member, method, body) {
      const response = await post(endpoints, member, method, body, AbortSignal.timeout(CALL_TIMEOUT_MS));
      return response.json() as never;
    },
    async *stream(member, method, body, signal) {
      const response = await post(endpoints, member, method, body, signal);
      const decoder = new TextDecoder();
      let rest = "";
      for await (const chunk of response.body ?? []) {
        const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) yield JSON.parse(line);
      }
    },
  };
  return gateway;
}

async function post(
  endpoints: readonly string[],
  member: number,
  method: string,
  body: object,
  signal: AbortSignal,
): Promise<Response> {
  const response = await fetch(`${endpoints[member]}/v3/${method}`, {
    method: "POST",
    body: JSON.stringify(body),
    signal,
  });
  if (!response.ok) throw new Error(`${method}: ${response.status} ${await response.text()}`);
  return response;
}

/** The range of all keys that begin with `prefix`, which ends in `/`. */
export function keysUnder(prefix: string): { readonly key: string; readonly range_end: string } {
  return { key: toBase64(prefix), range_end: toBase64(`${prefix.slice(0, -1)}0`) };
}

export function toBase64(text: string): string {
  return Buffer.from(text).toString("base64");
}

export function fromBase64(text: string | undefined): string {
  return Buffer.from(text ?? "", "base64").toString();
}

/** A key with its value as the gateway gives it; what is zero or empty is left out. */
export interface GatewayKeyValue {
  readonly key: string;
  readonly value?: string;
  readonly create_revision?: string;
  readonly mod_revision?: string;
  readonly version?: string;
  readonly lease?: string;
}

import { setTimeout as sleep } from "node:timers/promises";

/** Renews a lease at one member each half second, as a client does that believes whatever it is told. */
export interface Renewals extends AsyncDisposable {
  /** The TTL that the member gives to a renewal from now on, or what becomes of it otherwise. */
  nextAnswer(): Promise<string>;
}

export function renewAt(endpoint: string, leaseId: bigint): Renewals {
  let isStopped = false;
  let listeners: ((answer: string) => void)[] = [];
  const renewing = (async () => {
    while (!isStopped) {
      const toBeTold = listeners;
      listeners = [];
      const answer = await renewOnce(endpoint, leaseId);
      for (const tell of toBeTold) tell(answer);
      await sleep(500);
    }
  })();
  return {
    nextAnswer: () => new Promise((resolve) => listeners.push(resolve)),
    async [Symbol.asyncDispose]() {
      isStopped = true;
      await renewing;
    },
  };
}

async function renewOnce(endpoint: string, leaseId: bigint): Promise<string> {
  try {
    const answer = await fetch(`${endpoint}/v3/lease/keepalive`, {
      method: "POST",
      body: JSON.stringify({ ID: `${leaseId}` }),
      signal: AbortSignal.timeout(1_000),
    });
    const { result } = (await answer.json()) as { readonly result?: { readonly TTL?: string } };
    return result?.TTL === undefined ? "the lease has gone" : `${result.TTL} s`;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

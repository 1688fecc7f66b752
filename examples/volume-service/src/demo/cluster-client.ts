import { setMaxListeners } from "node:events";
import { Agent } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { requestJson } from "../json-http.js";
import type { Kind, Measurements } from "./measurements.js";

/** A node as a client sees it. */
interface Endpoint {
  readonly name: string;
  readonly address: string;
  healthy: boolean;
  /** Ends the requests that are under way when the node is found to be down. */
  down: AbortController;
  /** How many operations it has done. */
  done: number;
}

const REQUEST_TIMEOUT_MS = 10_000;
const MOST_ATTEMPTS = 20;
const HEALTH_EVERY_MS = 250;
const HEALTH_TIMEOUT_MS = 1_000;

/**
 * A client of the service as a load balancer would be: asks each node in turn that is well, and another one when
 * that one fails or is found to be down.
 */
export class ClusterClient implements Disposable {
  readonly #endpoints: readonly Endpoint[];
  readonly #measurements: Measurements;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #healthChecks: NodeJS.Timeout;
  #turn = 0;

  constructor(
    nodes: readonly { readonly name: string; readonly address: string }[],
    measurements: Measurements,
  ) {
    this.#endpoints = nodes.map((node) => ({ ...node, healthy: true, down: createDownSwitch(), done: 0 }));
    this.#measurements = measurements;
    this.#healthChecks = setInterval(() => this.#checkHealth(), HEALTH_EVERY_MS);
  }

  /** Has the operation done, by whichever node can. */
  async call<T>(kind: Kind, path: string, body: object): Promise<T> {
    const startMs = performance.now();
    for (let attempt = 1; ; attempt++) {
      const endpoint = this.#next();
      try {
        const { signal } = endpoint.down;
        const options = { body, agent: this.#agent, timeoutMs: REQUEST_TIMEOUT_MS, signal };
        const answer = await requestJson<T>("POST", endpoint.address, path, options);
        endpoint.done++;
        this.#measurements.done(kind, performance.now() - startMs);
        return answer;
      } catch (error) {
        if (attempt === MOST_ATTEMPTS) {
          this.#measurements.failed(kind);
          throw error;
        }
        this.#measurements.retried(kind);
        await delay(50);
      }
    }
  }

  isHealthy(name: string): boolean {
    return this.#endpoint(name).healthy;
  }

  /** How many operations the node has done so far. */
  doneBy(name: string): number {
    return this.#endpoint(name).done;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#healthChecks);
    this.#agent.destroy();
  }

  #endpoint(name: string): Endpoint {
    const endpoint = this.#endpoints.find((candidate) => candidate.name === name);
    if (endpoint === undefined) throw new Error(`no node ${name}`);
    return endpoint;
  }

  #next(): Endpoint {
    const healthy = this.#endpoints.filter((endpoint) => endpoint.healthy);
    const choice = healthy.length > 0 ? healthy : this.#endpoints;
    return choice[this.#turn++ % choice.length] as Endpoint;
  }

  #checkHealth(): void {
    for (const endpoint of this.#endpoints) {
      requestJson("GET", endpoint.address, "/health", { timeoutMs: HEALTH_TIMEOUT_MS }).then(
        () => {
          endpoint.healthy = true;
        },
        () => {
          endpoint.healthy = false;
          endpoint.down.abort();
          endpoint.down = createDownSwitch();
        },
      );
    }
  }
}

/** Every request that is under way listens to it. */
function createDownSwitch(): AbortController {
  const down = new AbortController();
  setMaxListeners(0, down.signal);
  return down;
}

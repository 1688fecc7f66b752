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
}

const REQUEST_TIMEOUT_MS = 10_000;
/** When a client gives an operation up. */
const PATIENCE_MS = 30_000;
const BETWEEN_ATTEMPTS_MS = 50;
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
    this.#endpoints = nodes.map((node) => ({ ...node, healthy: true, down: createDownSwitch() }));
    this.#measurements = measurements;
    this.#healthChecks = setInterval(() => this.#checkHealth(), HEALTH_EVERY_MS);
  }

  /** Has the operation done, by whichever node can. */
  async call<T>(kind: Kind, path: string, body: object): Promise<T> {
    const startMs = performance.now();
    for (;;) {
      const endpoint = this.#next();
      try {
        const { signal } = endpoint.down;
        const options = { body, agent: this.#agent, timeoutMs: REQUEST_TIMEOUT_MS, signal };
        const answer = await requestJson<T>("POST", endpoint.address, path, options);
        this.#measurements.done(kind, performance.now() - startMs);
        return answer;
      } catch (error) {
        if (performance.now() - startMs > PATIENCE_MS) {
          this.#measurements.failed(kind);
          throw error;
        }
        this.#measurements.retried(kind);
        await delay(BETWEEN_ATTEMPTS_MS);
      }
    }
  }

  isHealthy(name: string): boolean {
    return this.#endpoints.some((endpoint) => endpoint.name === name && endpoint.healthy);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#healthChecks);
    this.#agent.destroy();
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

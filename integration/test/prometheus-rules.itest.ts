import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect } from "@fenceline/core";
import { tracing } from "@fenceline/tracing";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { ownEtcd } from "./suite-etcd.js";
import { findPrometheus, runPromtool, startPrometheus } from "./support/prometheus.js";

const packageFile = (path: string): string =>
  fileURLToPath(new URL(`../../packages/tracing/${path}`, import.meta.url));
const RULES = packageFile("rules.yml");

/** The rules with seconds for minutes; all else is as shipped. */
function shortened(rules: string): string {
  return rules.replace(/(for: |\[|offset )(\d+)m/g, "$1$2s");
}

async function need(context: Mocha.Context, program: "prometheus" | "promtool"): Promise<string> {
  const found = await findPrometheus(program);
  if (found !== undefined) return found;
  console.log(`      skipped: no \`${program}\` on the PATH, and Debian's prometheus is not unpacked`);
  return context.skip();
}

describe("the rules for Prometheus", () => {
  it("pass promtool's check and their unit tests", async function () {
    const promtool = await need(this, "promtool");
    assert.match(await runPromtool(promtool, "check", "rules", RULES), /SUCCESS: 4 rules found/);
    const tests = packageFile("test/rules.test.yml");
    assert.match(await runPromtool(promtool, "test", "rules", tests), /SUCCESS/);
  });

  describe("with a service that Prometheus scrapes", () => {
    let directory: string;
    let server: Server;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), "fenceline-rules-"));
    });
    afterEach(async () => {
      server?.close();
      server?.closeAllConnections();
      await rm(directory, { recursive: true });
    });

    /** Metrics of this process, and the file that tells Prometheus where they are. */
    const serveMetrics = async () => {
      const exporter = new PrometheusExporter({ preventServerStart: true });
      server = createServer((request, response) => exporter.getMetricsRequestHandler(request, response));
      await once(server.listen(0, "127.0.0.1"), "listening");
      const targets = join(directory, "targets.json");
      const { port } = server.address() as AddressInfo;
      await writeFile(targets, JSON.stringify([{ targets: [`127.0.0.1:${port}`] }]));
      return { targets, meterProvider: new MeterProvider({ readers: [exporter] }) };
    };

    it("fire: a long holding, many waiters, late keep-alives, lost locks", async function () {
      this.timeout(120_000);
      const program = await need(this, "prometheus");
      const { targets, meterProvider } = await serveMetrics();
      await using prometheus = await startPrometheus(program, {
        targets,
        rules: shortened(await readFile(RULES, "utf8")),
      });
      await using etcd = await ownEtcd();
      await using coordinator = await connect({
        etcd: { hosts: etcd.endpoints },
        node: "node-a",
        ttlMs: 6_000,
        interceptors: [tracing({ meterProvider })],
      });
      const fires = (alert: string) =>
        prometheus.untilAnswers(`ALERTS{alertname="${alert}",alertstate="firing"}`, 30_000);
      const key = { scope: "global", name: "volume-7", template: "volume-{id}" } as const;
      const giveUp = new AbortController();

      await coordinator.withLock(key, () => {});
      await prometheus.untilAnswers("fenceline_lease_keepalive_duration_count", 20_000);
      assert.deepEqual(await prometheus.query('ALERTS{alertstate="firing"}'), []);

      const lock = await coordinator.acquire(key);
      const waiting = Array.from({ length: 11 }, () =>
        coordinator.acquire(key, { signal: giveUp.signal }).catch(() => {}),
      );
      const [many] = await fires("FencelineManyWaiters");
      assert.equal(many?.metric["fenceline_lock_template"], "volume-{id}");
      const [long] = await fires("FencelineLockHeldLong");
      assert.equal(long?.metric["fenceline_lock_template"], "volume-{id}");

      giveUp.abort();
      await Promise.all(waiting);
      await etcd.members[0]?.pause();
      const [late] = await fires("FencelineLateKeepAlives");
      assert.equal(late?.metric["fenceline_node"], "node-a");
      const [lost] = await fires("FencelineLocksLost");
      assert.equal(lost?.metric["fenceline_lost_reason"], "lease_expired");
      assert.equal(lock.signal.aborted, true);
      await etcd.members[0]?.resume();
    });
  });
});

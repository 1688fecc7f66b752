import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { findChromium, lookAt } from "../../examples/volume-service/dist-test/chromium.js";
import { suiteEtcd } from "./suite-etcd.js";
import { findPrometheus, startPrometheus } from "./support/prometheus.js";

const demo = fileURLToPath(new URL("../../examples/volume-service/dist/main.js", import.meta.url));
/** As the README of `@fenceline/tracing` has it, over a shorter time. */
const P99_WAIT =
  "histogram_quantile(0.99, sum by (le, fenceline_lock_template) (rate(fenceline_lock_wait_duration_bucket[10s])))";

/** Runs the demo and gives what it printed on its last line. */
async function runDemo(
  ...args: readonly string[]
): Promise<{ readonly ok: boolean; readonly timeline: string }> {
  const { endpoints } = await suiteEtcd();
  const child = spawn(process.execPath, [demo, "--json", "--seconds", "15", ...args], {
    env: { ...process.env, FENCELINE_ETCD: endpoints.join(",") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = (): void => void child.kill("SIGTERM");
  process.once("exit", kill);
  const [output, log] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  process.off("exit", kill);
  const last = output.trim().split("\n").at(-1) ?? "";
  assert.ok(last.startsWith("{"), log);
  return JSON.parse(last);
}

describe("the demo", function () {
  this.timeout(150_000);
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fenceline-demo-test-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("shows in one query of Prometheus which template was waited for, and how long", async function () {
    const program = await findPrometheus("prometheus");
    if (program === undefined) {
      console.log("      skipped: no `prometheus` on the PATH, and Debian's is not unpacked");
      this.skip();
    }
    const targets = join(directory, "targets.json");
    await using prometheus = await startPrometheus(program, { targets });
    const running = runDemo("--metrics", targets, "--timeline", join(directory, "timeline.html"));
    // Templates come one by one: this one is waited for.
    const wanted = "infinidat-{managementAddress}-lock";
    const only = `label_replace(vector(1), "fenceline_lock_template", "${wanted}", "", "")`;
    const answers = await prometheus
      .untilAnswers(`${P99_WAIT} > 0 and on (fenceline_lock_template) ${only}`, 30_000)
      .finally(() => running);
    assert.equal(answers[0]?.metric["fenceline_lock_template"], wanted);
    for (const { value } of answers) assert.ok(value > 0 && value < 60, `${value} s`);
  });

  it("draws in one picture which operation waited, for how long, behind whom", async () => {
    const page = join(directory, "timeline.html");
    const { timeline } = await runDemo("--timeline", page);
    assert.equal(timeline, page);
    const html = await readFile(page, "utf8");
    assert.match(html, /<td>\d+ ms<td>\w+<td>volume-[abc]<td>[^<]+<td>\w+ on volume-[abc]<td>[^<]+token \d+/);
    assert.match(html, /its node was killed/);
    assert.match(html, /lost: lease_expired/);

    const chromium = await findChromium();
    if (chromium === undefined) {
      console.log("      not looked at: no `chromium` on the PATH, and FENCELINE_CHROMIUM is not set");
      return;
    }
    const { dom, console: complaints } = await lookAt(chromium, page, join(directory, "timeline.png"));
    assert.deepEqual(complaints, []);
    for (const node of ["volume-a", "volume-b", "volume-c"]) {
      assert.ok(dom.includes(`class="node">${node}<`), node);
    }
    assert.match(dom, /<path class="arrow"/);
    assert.match(dom, /<path class="arrow lost"/);
    assert.match(dom, /<rect class="lost"/);
  });
});

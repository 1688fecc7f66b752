import assert from "node:assert/strict";
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, lockKey } from "@fenceline/core";
import { createIdGenerator, tracing } from "@fenceline/tracing";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { readSpans, SPAN_FILE_ENDING, SpanFile } from "../dist/timeline/span-file.js";

describe("spans in files", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fenceline-spans-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const connectTraced = (node: string) =>
    connect({
      etcd: false,
      node,
      interceptors: [
        tracing({
          tracerProvider: new BasicTracerProvider({
            idGenerator: createIdGenerator(),
            spanProcessors: [new SpanFile(join(directory, `${node}${SPAN_FILE_ENDING}`))],
          }),
        }),
      ],
    });

  it("tell who waited for whom", async () => {
    await using coordinator = await connectTraced("node-a");
    const key = { ...lockKey("process", "volume-7"), template: "volume-{id}" };
    const lock = await coordinator.acquire(key, { operation: "attach" });
    const waiting = coordinator.withLock(key, { operation: "detach" }, () => {});
    await lock.release();
    await waiting;

    const [first, held, second, then] = await readSpans(directory);
    assert.ok(first && held && second && then);
    assert.deepEqual(
      [first, held, second, then].map(({ kind, node, names, template, operation, outcome }) => [
        kind,
        node,
        names.join(),
        template,
        operation,
        outcome,
      ]),
      [
        ["acquire", "node-a", "volume-7", "volume-{id}", "attach", "acquired"],
        ["hold", "node-a", "volume-7", "volume-{id}", "attach", "released"],
        ["acquire", "node-a", "volume-7", "volume-{id}", "detach", "acquired"],
        ["hold", "node-a", "volume-7", "volume-{id}", "detach", "released"],
      ],
    );
    assert.deepEqual([second.blockedBy, then.grantedBy], [[held.spanId], second.spanId]);
    assert.equal(held.token, `${lock.token}`);
  });

  it("tell of a holding that is not over, with its token, and bear half a line", async () => {
    await using coordinator = await connectTraced("node-a");
    await using lock = await coordinator.acquire(lockKey("process", "volume-7"));
    await appendFile(join(directory, `node-a${SPAN_FILE_ENDING}`), '{"kind":"hold"');
    await appendFile(join(directory, "other.txt"), "not JSON\n");
    const held = (await readSpans(directory)).find(({ kind }) => kind === "hold");
    assert.deepEqual([held?.endMs, held?.outcome, held?.token], [undefined, undefined, `${lock.token}`]);
  });
});

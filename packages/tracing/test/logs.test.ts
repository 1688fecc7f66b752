import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { lockKey } from "@fenceline/core";
import { trace } from "@opentelemetry/api";
import { pino } from "pino";
import { connectLocally, createTelemetry, useContextManager } from "./support.js";

/** The recipe of the README. */
const mixin = {
  mixin() {
    const span = trace.getActiveSpan()?.spanContext();
    return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
  },
};

describe("pino's mixin of the README", () => {
  useContextManager();

  it("is the one that is tested here", async () => {
    const readme = await readFile(join(import.meta.dirname, "../README.md"), "utf8");
    const plain = (text: string): string => text.replace(/\s+/g, " ");
    assert.ok(plain(readme).includes(plain(mixin.mixin.toString())));
  });

  it("puts the holding's ids on what is logged under a lock, and on nothing else", async () => {
    const telemetry = createTelemetry();
    await using coordinator = await connectLocally(telemetry);
    const lines: string[] = [];
    const log = pino(mixin, { write: (line: string) => lines.push(line) });
    log.info("before");
    await coordinator.withLock(lockKey("process", "p"), async () => {
      await null;
      log.info("deleting");
    });
    const { traceId, spanId } = telemetry.span("hold").spanContext();
    const [before, deleting] = lines.map((line) => JSON.parse(line));
    assert.equal(before.trace_id, undefined);
    assert.deepEqual([deleting.msg, deleting.trace_id, deleting.span_id], ["deleting", traceId, spanId]);
  });
});

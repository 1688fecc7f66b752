import assert from "node:assert/strict";
import { checkHistory, formatEvent, HistoryError, parseHistory } from "@fenceline/testing";
import { type HistoryBuilder, history } from "./support/history-builder.js";

function everyKind(): HistoryBuilder {
  const events = history().fault(0, "planned", "f1").invoke(1.25, "w1-1").queued(2, "w1-1", 5n);
  events
    .granted(3, "w1-1", 2n ** 62n, 5n)
    .write(4, 5, "w1", 2n ** 62n, "disk")
    .refused(6, "w2", 1n);
  events.release(7, "w1-1").invoke(8, "w1-2", "try").ok(9, "w1-2", "try").invoke(10, "w1-3").fail(11, "w1-3");
  events.invoke(12, "w1-4").info(13, "w1-4").worker(14, "pause", "w1").worker(15, "resume", "w1");
  events.sessionEnded(16, "w1", 14).worker(17, "crash", "w1").etcd(18, "etcd-unavailable");
  return events.etcd(19, "etcd-available").left(20, "w1", undefined);
}

/** Events without what is undefined, as JSON has them. */
function defined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(defined);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([k, v]) => (v === undefined ? [] : [[k, defined(v)]])),
  );
}

describe("The lines of a history", () => {
  it("are read as they were written, one each", () => {
    const { events } = everyKind();
    const lines = events.map(formatEvent);
    assert.ok(lines.every((line) => !line.includes("\n")));
    assert.deepEqual(parseHistory(`${lines.join("\n")}\n\n`), defined(events));
  });

  const line = formatEvent({ kind: "crash", ms: 1, worker: "w1" });
  const broken: readonly (readonly [what: string, line: string, why: RegExp])[] = [
    ["is cut off", '{"kind":"cra', /JSON/],
    ["is no object", "[]", /no JSON object/],
    ["is of no kind", '{"ms":1}', /`kind` is missing/],
    ["is of an unknown kind", '{"kind":"toString","ms":1}', /`kind` is "toString"/],
    ["has no time", '{"kind":"crash","worker":"w1"}', /`ms` is missing/],
    [
      "has a token in digits of JSON",
      line.replace('"crash"', '"granted"').replace("}", ',"lock":"a","operation":"o","token":5}'),
      /`token` is 5/,
    ],
    [
      "has an entry without a key",
      '{"kind":"entries-left","ms":1,"entries":[{"lock":"a"}]}',
      /`key` is missing/,
    ],
  ];
  for (const [what, text, why] of broken) {
    it(`are refused where one ${what}`, () => {
      assert.throws(
        () => parseHistory(`${line}\n\n${text}\n${line}`, { source: "w1.jsonl" }),
        (error: unknown) => {
          assert.ok(error instanceof HistoryError);
          assert.equal(error.code, "history_unusable");
          assert.equal(error.line, 3);
          assert.match(error.message, /^w1\.jsonl: line 3 of the history: /);
          assert.match(error.message, why);
          return true;
        },
      );
    });
  }

  it("may end in one that a killed worker left, where that is allowed", () => {
    const cut = `${line}\n{"kind":"inv`;
    assert.throws(() => parseHistory(cut), HistoryError);
    assert.equal(parseHistory(cut, { dropCutLine: true }).length, 1);
    assert.equal(parseHistory(`${line}\n`, { dropCutLine: true }).length, 1);
  });
});

describe("Events that contradict each other", () => {
  const contradictions: readonly (readonly [what: string, events: HistoryBuilder, line: number])[] = [
    ["a grant that nobody asked for", history().granted(1, "w1-1", 5n), 1],
    ["an operation that is invoked twice", history().invoke(1, "w1-1").invoke(2, "w1-1"), 2],
    ["a wait that ends twice", history().invoke(1, "w1-1").fail(2, "w1-1").granted(3, "w1-1", 5n), 3],
    ["a release of what was not granted", history().invoke(1, "w1-1").invoke(2, "w1-1", "release"), 2],
    ["an end of belief without a grant", history().invoke(3, "w1-1").told(2, "w1-1"), 2],
    [
      "a release that ends and was not invoked",
      history().invoke(1, "w1-1").granted(2, "w1-1", 5n).ok(3, "w1-1"),
      3,
    ],
    ["a call by the dead", history().worker(1, "crash", "w1").invoke(2, "w1-1"), 2],
  ];
  for (const [what, { events }, line] of contradictions) {
    it(`are refused: ${what}`, () => {
      assert.throws(
        () => checkHistory(events, { ttlMs: 3_000 }),
        (error: unknown) => error instanceof HistoryError && error.line === line,
      );
    });
  }
});

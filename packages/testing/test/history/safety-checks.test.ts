import assert from "node:assert/strict";
import { type HistoryBuilder, history } from "./support/history-builder.js";
import { failing, messages } from "./support/judge.js";

function passes({ events }: HistoryBuilder): void {
  assert.deepEqual(failing(events), []);
}

function twoInTurn(): HistoryBuilder {
  return history().hold(10, 20, "w1-1", 5n).hold(20, 30, "w2-1", 6n);
}

describe("The check of exclusion", () => {
  it("passes holders that follow each other, to the same millisecond", () => passes(twoInTurn()));

  it("passes holders of two locks at the same time", () => {
    passes(twoInTurn().onLock("b").hold(15, 25, "w3-1", 5n));
  });

  it("finds a holder that was granted the lock while another believed", () => {
    const wrong = history().hold(10, 20, "w1-1", 5n).hold(19, 30, "w2-1", 6n);
    assert.deepEqual(messages(wrong, "exclusion"), [
      'lock "a": two holders believed in it at 19 ms: worker w1 (operation w1-1, token 5) from 10 ms until 20 ms, ' +
        "and worker w2 (operation w2-1, token 6) from 19 ms until 30 ms",
    ]);
  });

  it("finds a holder whose session ended and who was never told", () => {
    const wrong = history()
      .invoke(1, "w1-1")
      .granted(2, "w1-1", 5n)
      .sessionEnded(10, "w1")
      .hold(11, 12, "w2-1", 6n);
    assert.deepEqual(failing(wrong.events), ["exclusion"]);
    assert.match(messages(wrong, "exclusion")[0] ?? "", /from 2 ms and never told otherwise/);
  });

  it("finds a holder that was told too late, once for all who came after", () => {
    const wrong = history().invoke(1, "w1-1").granted(2, "w1-1", 5n);
    wrong.hold(10, 11, "w2-1", 6n).hold(12, 13, "w3-1", 7n).told(14, "w1-1");
    assert.equal(messages(wrong, "exclusion").length, 1);
  });

  it("counts the call of release as the end of belief, and so the holder's death", () => {
    const events = history().invoke(1, "w1-1").granted(2, "w1-1", 5n).invoke(5, "w1-1", "release");
    events.hold(5, 6, "w2-1", 6n).ok(7, "w1-1", "release");
    passes(
      events.invoke(8, "w3-1").granted(9, "w3-1", 7n).worker(10, "crash", "w3").hold(10, 11, "w2-2", 8n),
    );
  });

  function paused(): HistoryBuilder {
    const events = history().invoke(1, "w1-1").granted(2, "w1-1", 5n).worker(3, "pause", "w1");
    return events.hold(3_500, 9_000, "w2-1", 6n);
  }

  it("lets a paused holder believe until shortly after it goes on", () => {
    passes(paused().worker(8_000, "resume", "w1").told(8_013, "w1-1"));
    passes(paused());
  });

  it("knows nothing of a holder between its kill, noted as a pause, and the news of its death", () => {
    const killed = history().invoke(1, "w1-1").granted(2, "w1-1", 5n).worker(10, "pause", "w1");
    passes(killed.hold(11, 20, "w2-1", 6n).worker(12, "crash", "w1"));
    const before = history().invoke(1, "w1-1").granted(2, "w1-1", 5n).hold(9, 20, "w2-1", 6n);
    const { events } = before.worker(10, "pause", "w1").worker(12, "crash", "w1");
    assert.ok(failing(events).includes("exclusion"));
  });

  it("finds a paused holder that goes on believing after it goes on", () => {
    const wrong = paused().worker(8_000, "resume", "w1").told(8_200, "w1-1");
    assert.deepEqual(failing(wrong.events), ["exclusion"]);
    assert.match(messages(wrong, "exclusion")[0] ?? "", /at 8100 ms/);
    assert.deepEqual(failing(wrong.events, { resumeGraceMs: 250 }), []);
  });

  it("lets a holder believe that stands still again as soon as it goes on", () => {
    const goesOn = () => paused().sessionEnded(3_400, "w1").worker(8_000, "resume", "w1");
    passes(goesOn().worker(8_000, "pause", "w1").told(8_120, "w1-1").worker(8_150, "resume", "w1"));
    passes(goesOn().worker(8_020, "pause", "w1").told(8_120, "w1-1").worker(8_150, "resume", "w1"));
    const wrong = goesOn().worker(8_000, "pause", "w1").worker(8_050, "resume", "w1").told(8_160, "w1-1");
    assert.match(messages(wrong, "exclusion")[0] ?? "", /at 8150 ms/);
  });

  it("finds a holder that came and went at one time while another believed", () => {
    assert.ok(
      failing(history().hold(10, 20, "w1-1", 5n).hold(15, 15, "w2-1", 6n).events).includes("exclusion"),
    );
    passes(history().hold(10, 20, "w1-1", 5n).hold(20, 20, "w2-1", 6n));
    passes(history().hold(10, 10, "w1-1", 5n).hold(10, 10, "w2-1", 6n).hold(10, 20, "w3-1", 7n));
  });

  it("counts the first of several ends of belief", () => {
    const told = history().invoke(1, "w1-1").granted(2, "w1-1", 5n).told(3, "w1-1").hold(4, 5, "w2-1", 6n);
    passes(told.release(9, "w1-1"));
    const again = history().invoke(1, "w1-1").granted(2, "w1-1", 5n).invoke(3, "w1-1", "release");
    again.info(4, "w1-1", "release").hold(5, 6, "w2-1", 6n).invoke(7, "w1-1", "release").ok(8, "w1-1");
    passes(again);
  });

  it("does not excuse what was before a pause", () => {
    const wrong = history().hold(10, 50, "w1-1", 5n).hold(20, 30, "w2-1", 6n).worker(60, "pause", "w1");
    assert.ok(failing(wrong.events).includes("exclusion"));
  });

  it("grants no grace for what is believed only since the pause", () => {
    const wrong = history().worker(1, "pause", "w1").worker(50, "resume", "w1");
    assert.deepEqual(failing(wrong.hold(60, 90, "w1-1", 5n).hold(70, 80, "w2-1", 6n).events), [
      "exclusion",
      "linearizability",
    ]);
  });
});

describe("The check of tokens", () => {
  it("passes tokens that grow, with gaps", () => passes(twoInTurn().hold(40, 50, "w1-2", 99n)));

  it("finds a token that goes backwards", () => {
    const wrong = history().hold(10, 20, "w1-1", 6n).hold(20, 30, "w2-1", 5n);
    assert.deepEqual(messages(wrong, "token-order"), [
      'lock "a": the token went backwards: worker w2 (operation w2-1, token 5) at 20 ms, ' +
        "after worker w1 (operation w1-1, token 6) at 10 ms",
    ]);
  });

  it("reports a token that is too great once, not with every one after it", () => {
    const wrong = history().hold(1, 2, "w1-1", 9n).hold(3, 4, "w1-2", 7n).hold(5, 6, "w1-3", 8n);
    assert.equal(messages(wrong, "token-order").length, 1);
    assert.equal(messages(wrong.hold(7, 8, "w1-4", 10n).hold(9, 10, "w1-5", 8n), "token-order").length, 2);
  });

  it("finds a token that was granted twice", () => {
    const wrong = history().hold(10, 20, "w1-1", 5n).hold(20, 30, "w2-1", 5n);
    assert.match(messages(wrong, "token-order").join(), /twice: to worker w1 .* at 10 ms and to worker w2/);
  });

  it("lets a worker that stood still note its grant late, yet not later than one before its call", () => {
    const events = history().invoke(1, "w1-1").worker(2, "pause", "w1").hold(4_000, 4_100, "w2-1", 6n);
    passes(events.worker(5_000, "resume", "w1").granted(5_001, "w1-1", 5n).told(5_002, "w1-1"));
    const wrong = history().hold(1, 2, "w2-1", 6n).invoke(3, "w1-1").worker(4, "pause", "w1");
    wrong.worker(5, "resume", "w1").granted(6, "w1-1", 5n).release(7, "w1-1");
    assert.equal(messages(wrong, "token-order").length, 1);
  });
});

describe("The check of fenced effects", () => {
  it("passes writes of one holder after the other, and several at once of one holder", () => {
    passes(twoInTurn().write(11, 14, "w1", 5n).write(12, 13, "w1", 5n).write(25, 26, "w2", 6n));
  });

  it("passes a late write that is refused", () => {
    passes(twoInTurn().write(21, 22, "w2", 6n).refused(23, "w1", 5n));
  });

  it("passes a late write that comes before any write of the newer holder", () => {
    passes(twoInTurn().write(21, 22, "w1", 5n).write(23, 24, "w2", 6n));
  });

  it("finds an older token accepted after a newer one", () => {
    const wrong = twoInTurn().write(21, 22, "w2", 6n).write(23, 24, "w1", 5n);
    assert.deepEqual(messages(wrong, "fenced-effects"), [
      'lock "a": the write of worker w1 with token 5 (23 ms to 24 ms) was accepted after ' +
        "the write of worker w2 with token 6 (21 ms to 22 ms)",
    ]);
  });

  it("reports a newer write once, not with every older one after it", () => {
    const wrong = twoInTurn().write(21, 22, "w2", 6n).write(23, 24, "w1", 5n).write(25, 26, "w1", 5n);
    assert.equal(messages(wrong, "fenced-effects").length, 1);
  });

  it("finds writes of two tokens that overlap", () => {
    const wrong = twoInTurn().write(15, 25, "w1", 5n).write(22, 23, "w2", 6n);
    assert.match(messages(wrong, "fenced-effects").join(), /token 6 .* overlaps .* token 5/);
  });

  it("finds a write that overlaps an older one behind a short one", () => {
    const wrong = twoInTurn().write(15, 25, "w1", 5n).write(16, 17, "w1", 5n).write(22, 23, "w2", 6n);
    assert.deepEqual(failing(wrong.events), ["fenced-effects"]);
  });

  it("finds a write with a token of somebody else, or of nobody", () => {
    assert.match(
      messages(twoInTurn().write(21, 22, "w1", 6n), "fenced-effects").join(),
      /granted to worker w2/,
    );
    assert.match(messages(twoInTurn().write(21, 22, "w1", 7n), "fenced-effects").join(), /granted to nobody/);
  });

  it("passes the write of a worker that was killed before it noted its grant", () => {
    passes(history().invoke(1, "w1-1").write(5, 6, "w1", 5n).worker(7, "crash", "w1"));
  });

  it("judges each resource by itself", () => {
    passes(twoInTurn().write(21, 22, "w2", 6n, "disk").write(23, 24, "w1", 5n, "array"));
    const wrong = twoInTurn().write(21, 22, "w2", 6n, "disk").write(23, 24, "w1", 5n, "disk");
    assert.match(messages(wrong, "fenced-effects").join(), /lock "a", resource "disk"/);
  });
});

describe("The check of fairness", () => {
  it("passes grants in the order of their revisions, with turns of one entry", () => {
    const events = history().invoke(1, "w1-1").granted(2, "w1-1", 50n, 5n).release(3, "w1-1");
    events.invoke(2, "w1-2").granted(3, "w1-2", 51n, 5n).release(4, "w1-2");
    passes(events.invoke(2, "w2-1").granted(5, "w2-1", 60n, 6n).release(6, "w2-1"));
  });

  it("does not judge grants without a revision", () => {
    const events = history().invoke(1, "w1-1").invoke(2, "w2-1");
    passes(
      events.granted(3, "w2-1", 7n, undefined).release(4, "w2-1").granted(5, "w1-1", 8n).release(6, "w1-1"),
    );
  });

  it("finds grants against the order of their revisions", () => {
    const wrong = history().invoke(1, "w1-1").granted(2, "w1-1", 50n, 6n).release(3, "w1-1");
    wrong.invoke(2, "w2-1").granted(4, "w2-1", 60n, 5n).release(5, "w2-1");
    assert.deepEqual(messages(wrong, "fairness"), [
      'lock "a": worker w2 (operation w2-1, token 60) was granted revision 5 at 4 ms, but ' +
        "worker w1 (operation w1-1, token 50) was granted revision 6 at 2 ms",
    ]);
  });

  function givenUp(): HistoryBuilder {
    return history().invoke(1, "w1-1").queued(2, "w1-1", 5n).hold(3, 4, "w2-1", 6n);
  }

  it("finds a waiter that was passed over and gave up", () => {
    const wrong = givenUp().fail(9, "w1-1");
    assert.match(
      messages(wrong, "fairness").join(),
      /w1-1\) waited with revision 5 until 9 ms in vain, but worker w2/,
    );
  });

  it("finds a waiter that was passed over and waits to the end", () => {
    assert.deepEqual(failing(givenUp().left(9, "w1").events), ["ended-waits", "fairness"]);
  });

  it("passes a waiter that gave up before, or whose entry may have been gone", () => {
    passes(history().invoke(1, "w1-1").queued(2, "w1-1", 5n).fail(3, "w1-1").hold(3, 4, "w2-1", 6n));
    passes(givenUp().sessionEnded(5, "w1", 2).fail(9, "w1-1"));
    passes(givenUp().worker(5, "pause", "w1").worker(6, "resume", "w1").fail(9, "w1-1"));
    passes(givenUp().queued(5, "w1-1", 7n).fail(9, "w1-1"));
  });
});

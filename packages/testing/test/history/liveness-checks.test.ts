import assert from "node:assert/strict";
import { checkHistory } from "@fenceline/testing";
import { type HistoryBuilder, history } from "./support/history-builder.js";
import { failing, messages } from "./support/judge.js";

function passes({ events }: HistoryBuilder): void {
  assert.deepEqual(failing(events), []);
}

describe("The check of recovery", () => {
  /** A holder that dies at 1 000 ms while another waits. TTL + 1 s is 4 s. */
  function crashed(): HistoryBuilder {
    const events = history().invoke(1, "w1-1").granted(2, "w1-1", 5n);
    return events.invoke(500, "w2-1").worker(1_000, "crash", "w1");
  }

  function recovered(ms: number): HistoryBuilder {
    return crashed()
      .granted(ms, "w2-1", 6n)
      .release(ms + 1, "w2-1");
  }

  it("passes a lock that is granted again in time", () => {
    passes(recovered(5_000));
    const { statistics } = checkHistory(recovered(4_600).events, { ttlMs: 3_000 });
    assert.equal(statistics.maxRecoveryMs, 3_600);
  });

  it("finds a lock that is granted again too late", () => {
    assert.deepEqual(messages(recovered(5_001), "recovery"), [
      'lock "a": worker w1 crashed at 1000 ms, and worker w2 (operation w2-1, token 6) waited from 1000 ms ' +
        "to 5001 ms for the lock to be granted again: 4001 ms, with a TTL of 3000 ms and 1000 ms to spare",
    ]);
    assert.deepEqual(failing(recovered(5_001).events, { recoverySlackMs: 1_001 }), []);
  });

  it("finds a lock that is not granted again before its waiter gives up", () => {
    assert.deepEqual(failing(crashed().fail(9_000, "w2-1").events), ["recovery"]);
  });

  it("finds a lock that is not granted again before the history ends", () => {
    assert.deepEqual(failing(crashed().left(9_000).events), ["ended-waits", "recovery"]);
  });

  it("does not judge a lock that nobody wants, or that the history ends too early for", () => {
    passes(history().invoke(1, "w1-1").granted(2, "w1-1", 5n).worker(1_000, "crash", "w1").left(99_000));
    passes(crashed().fail(2_000, "w2-1").hold(90_000, 90_001, "w2-2", 6n));
  });

  it("counts from when somebody wants the lock", () => {
    const events = history().invoke(1, "w1-1").granted(2, "w1-1", 5n).worker(1_000, "crash", "w1");
    passes(events.invoke(8_000, "w2-1").granted(8_010, "w2-1", 6n).release(8_011, "w2-1"));
  });

  it("counts from when etcd is there", () => {
    passes(recovered(10_000).etcd(500, "etcd-unavailable").etcd(6_000, "etcd-available"));
    passes(recovered(10_000).etcd(3_000, "etcd-unavailable").etcd(6_000, "etcd-available"));
    const late = recovered(10_001).etcd(3_000, "etcd-unavailable").etcd(6_000, "etcd-available");
    assert.deepEqual(failing(late.events), ["recovery"]);
  });

  it("is not lenient for an outage that begins when it was too late already", () => {
    const wrong = recovered(7_000).etcd(5_500, "etcd-unavailable").etcd(6_000, "etcd-available");
    assert.deepEqual(failing(wrong.events), ["recovery"]);
  });

  it("takes an outage that is reported twice for one", () => {
    const twice = recovered(10_001).etcd(3_000, "etcd-unavailable").etcd(3_100, "etcd-unavailable");
    assert.deepEqual(failing(twice.etcd(6_000, "etcd-available").events), ["recovery"]);
  });

  it("measures up to the grant, whatever comes after", () => {
    const { events } = recovered(4_600).invoke(700, "w3-1").worker(4_700, "pause", "w3");
    assert.equal(checkHistory(events, { ttlMs: 3_000 }).statistics.maxRecoveryMs, 3_600);
  });

  it("counts for a dead waiter from when the session of a stopped holder ended", () => {
    const events = history().invoke(1, "w1-1").granted(2, "w1-1", 5n).invoke(3, "w2-1").invoke(4, "w3-1");
    events.worker(1_000, "pause", "w1").worker(2_000, "crash", "w2").sessionEnded(4_000, "w1");
    events.granted(9_000, "w3-1", 7n).release(9_001, "w3-1");
    events.worker(10_000, "resume", "w1").told(10_001, "w1-1");
    assert.deepEqual(failing(events.events), ["recovery"]);
  });

  it("counts anew when another waiter dies or is stopped", () => {
    const another = (): HistoryBuilder => recovered(7_000).invoke(400, "w3-1");
    passes(another().worker(3_500, "crash", "w3"));
    passes(another().worker(3_500, "pause", "w3"));
    assert.deepEqual(failing(another().fail(450, "w3-1").worker(3_500, "crash", "w3").events), ["recovery"]);
  });

  it("counts for a dead waiter from when the lock is given back", () => {
    const events = (grantedMs: number): HistoryBuilder =>
      history()
        .hold(1, 8_000, "w1-1", 5n)
        .invoke(2, "w2-1")
        .worker(7_000, "crash", "w2")
        .invoke(3, "w3-1")
        .granted(grantedMs, "w3-1", 7n)
        .release(grantedMs + 1, "w3-1");
    passes(events(12_000));
    assert.deepEqual(failing(events(12_001).events), ["recovery"]);
  });
});

describe("The check of ended waits", () => {
  it("passes calls that ended in whatever way, and those of dead and stopped workers", () => {
    const events = history()
      .hold(1, 2, "w1-1", 5n)
      .invoke(3, "w1-2")
      .fail(4, "w1-2")
      .invoke(5, "w1-3")
      .info(6, "w1-3");
    events.invoke(7, "w1-4", "try").ok(8, "w1-4", "try");
    events.invoke(9, "w2-1").invoke(10, "w3-1").worker(11, "crash", "w2").worker(12, "pause", "w3");
    passes(events);
  });

  it("finds a wait without an end", () => {
    assert.deepEqual(messages(history().invoke(1, "w1-1").hold(2, 3, "w2-1", 5n), "ended-waits"), [
      'lock "a": worker w1 (operation w1-1) waits in acquire since 1 ms, and has no end when the history ends at 3 ms',
    ]);
  });

  it("finds a release without an end, and a wait of a worker that goes on after a pause", () => {
    const release = history().invoke(1, "w1-1").granted(2, "w1-1", 5n).invoke(3, "w1-1", "release");
    assert.match(messages(release, "ended-waits").join(), /token 5\) waits in release since 3 ms/);
    const again = history().invoke(1, "w1-1").granted(2, "w1-1", 5n).invoke(3, "w1-1", "release");
    again.info(4, "w1-1", "release").invoke(5, "w1-1", "release");
    assert.deepEqual(failing(again.events), ["ended-waits"]);
    const resumed = history().invoke(1, "w1-1").worker(2, "pause", "w1").worker(3, "resume", "w1");
    assert.deepEqual(failing(resumed.events), ["ended-waits"]);
  });
});

describe("The check of leftovers", () => {
  it("passes an empty queue, and entries of those who hold or wait", () => {
    passes(history().hold(1, 2, "w1-1", 5n).left(3));
    const events = history().invoke(1, "w1-1").granted(2, "w1-1", 5n).invoke(3, "w2-1").left(4, "w1", "w2");
    passes(events.release(5, "w1-1").granted(6, "w2-1", 6n).release(7, "w2-1"));
  });

  it("finds entries of the dead, of those who gave up or gave back, and of nobody", () => {
    const dead = history().invoke(1, "w1-1").worker(2, "crash", "w1").left(3, "w1");
    assert.deepEqual(messages(dead, "leftovers"), [
      'lock "a": the entry "k" was left in the queue at 3 ms: its worker w1 crashed at 2 ms',
    ]);
    const gone = history()
      .hold(1, 2, "w1-1", 5n)
      .invoke(3, "w2-1")
      .fail(4, "w2-1")
      .left(5, "w1", "w2", undefined);
    assert.equal(messages(gone, "leftovers").length, 3);
    assert.match(messages(gone, "leftovers").join(), /neither holds the lock nor waits.* names no worker/);
  });

  it("finds an entry of a worker that asked only after the audit", () => {
    assert.deepEqual(failing(history().left(1, "w1").hold(2, 3, "w1-1", 5n).events), ["leftovers"]);
  });

  it("finds an entry of a holder that was told that it lost the lock", () => {
    const lost = history().invoke(1, "w1-1").granted(2, "w1-1", 5n).told(3, "w1-1").left(9, "w1");
    assert.deepEqual(failing(lost.events), ["leftovers"]);
  });

  it("goes by the last audit", () => {
    passes(history().hold(1, 2, "w1-1", 5n).left(3, "w1").left(4));
  });
});

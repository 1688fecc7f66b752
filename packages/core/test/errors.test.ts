import assert from "node:assert/strict";
import vm from "node:vm";
import * as errors from "../dist/errors.js";

const { FencelineError, quote } = errors;

describe("FencelineError.is", () => {
  const timeout = new errors.LockTimeoutError(["a"], 10);

  it("knows errors and their codes", () => {
    assert.ok(FencelineError.is(timeout));
    assert.ok(FencelineError.is(timeout, "lock_timeout"));
    assert.ok(!FencelineError.is(timeout, "lock_lost"));
  });

  it("knows errors of another copy of the package", async () => {
    const copy = (await import(`${import.meta.resolve("../dist/errors.js")}?copy`)) as typeof errors;
    const foreign = new copy.LockTimeoutError(["a"], 10);
    assert.ok(!(foreign instanceof FencelineError));
    assert.ok(FencelineError.is(foreign, "lock_timeout"));
  });

  it("knows errors of another realm", () => {
    const foreign: unknown = vm.runInNewContext(`
      const error = new Error("not granted");
      error.code = "lock_timeout";
      Object.defineProperty(error, Symbol.for("fenceline.error"), { value: true });
      error;
    `);
    assert.ok(!(foreign instanceof Error));
    assert.ok(FencelineError.is(foreign, "lock_timeout"));
    assert.ok(!FencelineError.is(foreign, "lock_lost"));
  });

  for (const value of [undefined, null, "lock_timeout", 0, {}, new Error("x"), { code: "lock_timeout" }]) {
    it(`refuses ${quote(value)}`, () => {
      assert.ok(!FencelineError.is(value));
    });
  }
});

describe("errors", () => {
  it("carry their class's name, and a cause only if there is one", () => {
    const cause = new Error("broken pipe");
    const error = new errors.SessionLostError(0x7587n, "no answer for 9 s", { cause });
    assert.equal(error.name, "SessionLostError");
    assert.equal(error.message, "session 7587 lost: no answer for 9 s");
    assert.equal(error.cause, cause);
    assert.ok(!("cause" in new errors.SessionLostError(1n, "expired")));
    assert.ok(!("cause" in new errors.SessionLostError(1n, "expired", { cause: undefined })));
  });

  it("do not show the brand when they are printed or compared", () => {
    const error = new errors.CoordinatorClosedError();
    assert.deepEqual(Object.getOwnPropertySymbols({ ...error }), []);
  });

  it("name every lock", () => {
    assert.equal(
      new errors.LockTimeoutError(["a", "b"], 30, "held by node-1").message,
      'locks "a", "b" not granted within 30 ms: held by node-1',
    );
    assert.equal(new errors.LockLostError(["a"], "expired").message, 'lock "a" lost: expired');
  });

  it("tell which token was refused, and the newest where it is known", () => {
    assert.equal(
      new errors.StaleTokenError("volume/1", 5n, 7n).message,
      'token 5 refused for "volume/1": token 7 was admitted before',
    );
    assert.equal(
      new errors.StaleTokenError("volume/1", 5n).message,
      'token 5 refused for "volume/1": a newer token was admitted before',
    );
  });
});

describe("quote", () => {
  const shown: readonly (readonly [unknown, string])[] = [
    ["a\n", '`"a\\n"`'],
    [0, "`0`"],
    [5n, "`5`"],
    [undefined, "`undefined`"],
    [null, "`null`"],
    [Symbol("s"), "`Symbol(s)`"],
    [() => 1, "a function"],
    [["secret"], "a list of 1"],
    [Object.create(null), "an object of no class"],
  ];
  for (const [value, text] of shown) {
    it(`shows ${text}`, () => {
      assert.equal(quote(value), text);
    });
  }

  it("is bounded in length, whatever the value", () => {
    for (const value of ["x".repeat(10_000), 10n ** 10_000n, Symbol("x".repeat(10_000))]) {
      assert.ok(quote(value).length < 100);
    }
  });
});

describe("names in the text of errors", () => {
  it("neither forge a line of a log nor draw on a terminal", () => {
    const name = 'volume"\n2026 INFO all is well\u001b[2J\u009b2J\u202e';
    for (const error of [
      new errors.LockTimeoutError([name], 1),
      new errors.LockLostError([name], "why"),
      new errors.AlreadyHeldError(name, "where"),
      new errors.StaleTokenError(name, 1n, 2n),
      new errors.UnreadableTokenError(name, name),
      new errors.LockPathError("lock_file", `/locks/${name}`, "why"),
      new errors.InvalidArgumentError("name", "something else", name),
    ]) {
      assert.doesNotMatch(error.message.replace("taken at:\n", ""), /\p{C}/u, error.name);
    }
  });

  it("are as they are where there is nothing to hide", () => {
    assert.equal(
      new errors.LockTimeoutError(["volume-é", "a/b"], 1).message,
      'locks "volume-é", "a/b" not granted within 1 ms',
    );
  });
});

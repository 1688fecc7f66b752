import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fenceline } from "./run-command.js";
import { type RunningProgram, startProgram, untilGone } from "./run-program.js";

describe("fenceline lock", () => {
  for (const [args, message] of [
    [[], /which lock/],
    [["--", "true"], /which lock/],
    [["a", "--"], /which command/],
    [["a", "--", ""], /which command/],
    [["--scope", "cluster", "a"], /scope.*"cluster"/],
    [["--wait", "a"], /--wait/],
    [["--timeout", "5", "a"], /--timeout is a duration.*"5"/],
    [["--timeout", "0s", "a"], /use --try/],
    [["--timeout", "25h", "--kill-after", "600h", "a"], /--kill-after.*"600h"/],
    [["--try", "--timeout", "1s", "a"], /--try does not wait/],
    [["--json", "a", "--", "true"], /--json/],
    [["--etcd", "", "a"], /--etcd is empty/],
    [["--etcd", "etcd://user@127.0.0.1:1", "a"], /without user/],
    [["--wire", "zookeeper", "--etcd", "127.0.0.1:1", "a"], /wire/],
    [["--ttl", "1ms", "a"], /ttlMs/],
    [["--scope", "node", "--lock-directory", "tmp", "a"], /lockDirectory/],
    [[""], /name/],
  ] as const) {
    it(`refuses ${JSON.stringify(args)}`, async () => {
      const environment = { ...process.env };
      const { exitCode, stderr, stdout } = await fenceline("lock", ...args);
      process.env = environment;
      assert.deepEqual([exitCode, stdout], [64, ""], stderr);
      assert.match(stderr, message);
    });
  }

  it("refuses what only the coordinator can judge", async () => {
    const { exitCode, stderr } = await startProgram([
      "lock",
      "--scope",
      "process",
      "--operation",
      "a\nb",
      "a",
    ]).ended;
    assert.equal(exitCode, 64);
    assert.match(stderr, /operation/);
  });

  it("says that a global lock needs etcd where none is named", async () => {
    const { ended } = startProgram(["lock", "a"], { FENCELINE_ETCD: "", ETCDCTL_ENDPOINTS: "" });
    const { exitCode, stderr } = await ended;
    assert.equal(exitCode, 64);
    assert.match(stderr, /needs etcd.*--etcd/);
  });

  it("ends with 69 when nobody answers where etcd should be", async () => {
    const { exitCode, stderr } = await startProgram(["lock", "--etcd", "127.0.0.1:1", "a"]).ended;
    assert.equal(exitCode, 69);
    assert.match(stderr, /127\.0\.0\.1:1/);
  });
});

describe("fenceline lock on this host", function () {
  this.timeout(30_000);
  before(function () {
    if (process.platform !== "linux") this.skip();
  });

  let directory: string;
  const started: RunningProgram[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "fenceline-lock-"));
  });
  afterEach(() => {
    for (const { child } of started.splice(0)) child.kill("SIGKILL");
    rmSync(directory, { recursive: true });
  });

  const start = (...args: string[]): RunningProgram => {
    const program = startProgram(["lock", "--scope", "node", "--lock-directory", directory, ...args]);
    started.push(program);
    return program;
  };
  /** Holds locks without a command. */
  const hold = async (...args: string[]): Promise<RunningProgram> => {
    const holder = start(...args);
    await holder.untilPrinted(/\n/);
    return holder;
  };

  it("prints key and token, and holds the lock until it is interrupted", async () => {
    const holder = start("a");
    const [, token = ""] = await holder.untilPrinted(/^key {4}a\ntoken {2}(\d+)\n$/);
    assert.equal((await start("--try", "a").ended).exitCode, 74);
    holder.child.kill("SIGINT");
    assert.equal((await holder.ended).exitCode, 0);
    const next = await start("--try", "--json", "a").untilPrinted(/.*\n/);
    const { locks } = JSON.parse(next[0]) as { locks: { key: string; scope: string; token: string }[] };
    assert.deepEqual(
      locks.map(({ key, scope }) => [key, scope]),
      [["a", "node"]],
    );
    assert.ok(BigInt(locks[0]?.token ?? 0) > BigInt(token));
  });

  it("gives the lock back also when a signal comes twice, as it does through npx", async () => {
    const holder = await hold("a");
    for (let i = 0; i < 5; i += 1) holder.child.kill("SIGINT");
    const repeat = setInterval(() => holder.child.kill("SIGINT"), 1);
    assert.equal((await holder.ended).exitCode, 0);
    clearInterval(repeat);
  });

  it("gives the command its lock, token and node", async () => {
    const print = 'printf "%s|" "$FENCELINE_LOCK" "$FENCELINE_TOKEN" "$FENCELINE_TOKENS" "$FENCELINE_NODE"';
    const { stdout } = await start("--node", "n1", "a b", "c", "--", "sh", "-c", print).ended;
    const [names, token, tokens, node] = stdout.split("|");
    assert.deepEqual([names, node], ["a b\nc", "n1"]);
    assert.match(token ?? "", /^\d+$/);
    assert.equal(tokens?.split("\n").length, 2);
    assert.equal(tokens?.split("\n")[0], token);
  });

  it("passes stdin, stdout and stderr through, and nothing of its own", async () => {
    const program = start("a", "--", "sh", "-c", "cat; echo err >&2");
    program.input("in\n");
    assert.deepEqual(await program.ended, { exitCode: 0, stdout: "in\n", stderr: "err\n" });
  });

  it("leaves what stands after -- to the command", async () => {
    const { stdout } = await start("a", "--", "echo", "--help", "-h", "--", "--try").ended;
    assert.equal(stdout, "--help -h -- --try\n");
  });

  for (const [command, expected] of [
    ["exit 7", 7],
    ["kill -TERM $$", 143],
    ["kill -KILL $$", 137],
  ] as const) {
    it(`ends with ${expected} after "${command}"`, async () => {
      assert.equal((await start("a", "--", "sh", "-c", command).ended).exitCode, expected);
    });
  }

  for (const [command, expected] of [
    ["/no/such/program", 127],
    ["/dev/null", 126],
  ] as const) {
    it(`ends with ${expected} where the command is ${command}, and gives the lock back`, async () => {
      const { exitCode, stderr } = await start("a", "--", command).ended;
      assert.equal(exitCode, expected);
      assert.match(stderr, new RegExp(`cannot run "${command}"`));
      assert.equal((await start("--try", "a", "--", "true").ended).exitCode, 0);
    });
  }

  for (const signal of ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2"] as const) {
    it(`passes ${signal} on to the command, and waits for its end`, async () => {
      const script = `trap 'echo got; exit 3' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`;
      const program = start("a", "--", "sh", "-c", script);
      await program.untilPrinted(/ready/);
      program.child.kill(signal);
      const { exitCode, stdout } = await program.ended;
      assert.deepEqual([exitCode, stdout], [3, "ready\ngot\n"]);
    });
  }

  it("lets one command after the other", async () => {
    const log = join(directory, "log");
    const script = `echo begin >>${log}; sleep 0.1; echo end >>${log}`;
    const ends = await Promise.all([1, 2, 3].map(() => start("a", "--", "sh", "-c", script).ended));
    assert.deepEqual(
      ends.map(({ exitCode }) => exitCode),
      [0, 0, 0],
    );
    const { stdout } = await start("a", "--", "cat", log).ended;
    assert.equal(stdout, "begin\nend\n".repeat(3));
  });

  it("ends with 73 when the lock was not granted in time, and names what is in the way", async () => {
    await hold("a");
    const { exitCode, stderr, stdout } = await start("--timeout", "100ms", "a", "--", "echo", "ran").ended;
    assert.deepEqual([exitCode, stdout], [73, ""]);
    assert.match(stderr, /not granted within 100 ms.*a\.lock/);
  });

  it("takes all of several locks or none", async () => {
    await hold("b");
    assert.equal((await start("--try", "a", "b").ended).exitCode, 74);
    assert.equal((await start("--try", "a", "--", "true").ended).exitCode, 0);
  });

  it("says who is in the way of a long wait, and nothing when quiet", async () => {
    const holder = await hold("a");
    const waiting = start("a", "--", "true");
    const quiet = start("--quiet", "a", "--", "true");
    await waiting.untilComplained(/waiting: .*a\.lock.*\n/);
    holder.child.kill("SIGTERM");
    assert.equal((await waiting.ended).stderr.split("\n").length, 2);
    assert.deepEqual(await quiet.ended, { exitCode: 0, stdout: "", stderr: "" });
  });

  it("leaves the queue when it is interrupted, and ends as a program that the signal ended", async () => {
    await hold("a");
    const waiting = start("a", "--", "echo", "ran");
    await waiting.untilComplained(/waiting/);
    waiting.child.kill("SIGINT");
    const { exitCode, stdout } = await waiting.ended;
    assert.deepEqual([exitCode, stdout], [130, ""]);
  });

  it("gives a killed holder's lock to the next at once", async () => {
    const holder = await hold("a");
    holder.child.kill("SIGKILL");
    await holder.ended;
    assert.equal((await start("--try", "a", "--", "true").ended).exitCode, 0);
  });

  it("ends with 75 when a lock that it only holds is lost", async () => {
    const holder = await hold("a");
    rmSync(join(directory, "a.lock"));
    const { exitCode, stderr } = await holder.ended;
    assert.equal(exitCode, 75);
    assert.match(stderr, /lock "a" lost/);
  });

  it("ends the command and all that it has started when the lock is lost, without mercy in the end", async () => {
    const stubborn = `trap 'echo stubborn' TERM; echo pid $$; while :; do sleep 0.05; done`;
    const script = `trap 'echo asked; exit 0' TERM; sh -c '${stubborn.replaceAll("'", "'\\''")}' & wait`;
    const program = start("--kill-after", "300ms", "a", "--", "sh", "-c", script);
    const [, pid] = await program.untilPrinted(/pid (\d+)/);
    rmSync(join(directory, "a.lock"));
    await program.untilComplained(/lock "a" lost.*ending the command/);
    const { exitCode, stdout } = await program.ended;
    assert.equal(exitCode, 75);
    assert.match(stdout, /asked/);
    assert.match(stdout, /stubborn/);
    await untilGone(Number(pid));
  });

  it("ends with 75 when the lock was lost before the command ended, whatever its exit code", async () => {
    const script = `rm ${join(directory, "a.lock")}`;
    assert.equal((await start("a", "--", "sh", "-c", script).ended).exitCode, 75);
  });
});

import { spawn } from "node:child_process";
import { ROOT } from "./step.js";

/**
 * Runs commands as checks and counts what passed. A command that runs tests counts each of them: mocha's closing
 * lines are read. Output goes through as it comes, to `out`.
 */
export function createChecks(out = process.stdout) {
  const say = (line) => out.write(`${line}\n`);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures = [];
  return {
    counts,
    failures,
    /** A check that cannot be made here, with the reason. */
    skip(title, reason) {
      counts.skipped += 1;
      say(`- skipped: ${title}: ${reason}`);
    },
    async run(title, command, args, env = {}) {
      say(`> ${title}: ${[command.replace(ROOT, ""), ...args].join(" ")}`);
      const { code, output } = await execute(command, args, env, out);
      if (code === "SIGINT" || code === "SIGTERM") process.exit(130);
      const tests = readMocha(output);
      counts.passed += tests?.passed ?? (code === 0 ? 1 : 0);
      counts.skipped += tests?.skipped ?? 0;
      // A runner that fails without a failed test (it crashed, or found no tests) is a failure all the same.
      const failed = Math.max(tests?.failed ?? 0, code === 0 ? 0 : 1);
      counts.failed += failed;
      if (failed > 0) failures.push(`${title} (exit ${code})`);
      return code === 0;
    },
    /** Prints what failed and the counts, and sets the exit code of this process. */
    report() {
      for (const failure of failures) say(`FAILED: ${failure}`);
      const { passed, failed, skipped } = counts;
      say(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
      process.exitCode = failed === 0 ? 0 : 1;
    },
  };
}

function readMocha(output) {
  const count = (word) => Number(new RegExp(`^ +(\\d+) ${word}`, "m").exec(output)?.[1] ?? Number.NaN);
  if (Number.isNaN(count("passing"))) return undefined;
  return { passed: count("passing"), failed: count("failing") || 0, skipped: count("pending") || 0 };
}

/** Passes the output through and keeps its end. */
async function execute(command, args, env, out) {
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stop = (signal) => child.kill(signal);
  process.on("SIGINT", stop).on("SIGTERM", stop);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out.write(text);
    output = (output + text).slice(-100_000);
  });
  try {
    const code = await new Promise((resolve, reject) => {
      child.once("error", reject).once("close", (exitCode, signal) => resolve(exitCode ?? signal));
    });
    return { code, output };
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

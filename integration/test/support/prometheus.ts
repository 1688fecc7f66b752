import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** `prometheus` or `promtool`: on the PATH, or Debian's, unpacked into the cache directory of this user. */
export async function findPrometheus(program: "prometheus" | "promtool"): Promise<string | undefined> {
  const cache = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const directories = [
    ...(process.env["PATH"] ?? "").split(delimiter),
    join(cache, "fenceline/prometheus/usr/bin"),
  ];
  for (const path of directories.filter((it) => it !== "").map((it) => join(it, program))) {
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

export async function runPromtool(promtool: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(promtool, [...args]);
  return stdout + stderr;
}

/** One sample of an answer: its labels, and its value as a number. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Prometheus extends AsyncDisposable {
  query(expression: string): Promise<Sample[]>;
  /** Asks again until the answer is not empty; rejects when it is still empty after so many milliseconds. */
  untilAnswers(expression: string, timeoutMs: number): Promise<Sample[]>;
}

export interface PrometheusOptions {
  /** A file of `file_sd_configs`, which may come later. */
  readonly targets: string;
  /** The text of a file of rules. */
  readonly rules?: string | undefined;
}

/** Starts Prometheus on a port of 127.0.0.1; it scrapes and evaluates its rules each second. */
export async function startPrometheus(
  program: string,
  { targets, rules }: PrometheusOptions,
): Promise<Prometheus> {
  const directory = await mkdtemp(join(tmpdir(), "fenceline-prometheus-"));
  const address = `127.0.0.1:${await freePort()}`;
  const files = { config: join(directory, "prometheus.json"), rules: join(directory, "rules.yml") };
  const config = {
    global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
    rule_files: rules === undefined ? [] : [files.rules],
    scrape_configs: [
      { job_name: "fenceline", file_sd_configs: [{ files: [targets], refresh_interval: "1s" }] },
    ],
  };
  // JSON is YAML.
  await writeFile(files.config, JSON.stringify(config));
  if (rules !== undefined) await writeFile(files.rules, rules);
  const server = spawn(
    program,
    [
      `--config.file=${files.config}`,
      `--storage.tsdb.path=${join(directory, "data")}`,
      `--web.listen-address=${address}`,
      "--log.level=error",
    ],
    { cwd: directory, stdio: ["ignore", "ignore", "inherit"] },
  );
  const ended = once(server, "exit");
  const stop = async (): Promise<void> => {
    await end(server, ended);
    await rm(directory, { recursive: true, force: true });
  };

  const query = async (expression: string): Promise<Sample[]> => {
    const url = `http://${address}/api/v1/query?query=${encodeURIComponent(expression)}`;
    const { data } = (await (await fetch(url)).json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  };
  try {
    await retry(`Prometheus at ${address} to be ready`, 20_000, async () => {
      if (server.exitCode !== null) throw new Error(`${program} ended with ${server.exitCode}`);
      return await fetch(`http://${address}/-/ready`).then(
        ({ ok }) => ok || undefined,
        () => undefined,
      );
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    query,
    untilAnswers: (expression, timeoutMs) =>
      retry(expression, timeoutMs, async () => {
        const samples = await query(expression);
        return samples.length > 0 ? samples : undefined;
      }),
    [Symbol.asyncDispose]: stop,
  };
}

async function end(server: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) server.kill("SIGKILL");
  await ended;
}

async function retry<T>(what: string, timeoutMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Prometheus cannot be asked which port it was given. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

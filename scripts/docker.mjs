/**
 * Docker for the time of a command, or of a script that imports this one:
 *
 *   node scripts/docker.mjs npm test
 *
 * Where Docker answers already, nothing is changed. Otherwise, on Debian and Ubuntu as root, docker.io is
 * installed if it is missing, and a daemon is started of which everything lies in one temporary directory. It
 * ends with the command, and with this process however that ends.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  accessSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

/**
 * @param {(message: string) => void} [say]
 * @returns {Promise<{ env: Record<string, string>, stop: () => Promise<void> }>} what a command needs in its
 *   environment to find Docker, and the way to end what was started.
 */
export async function startDocker(say = (message) => console.error(message)) {
  if (await answers(process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock")) {
    say("docker: answers already, nothing to do");
    return { env: {}, stop: async () => {} };
  }
  if (!isOnPath("dockerd")) install(say);
  if (process.getuid?.() !== 0) throw new Error("docker: no daemon answers, and starting one needs root");

  const directory = mkdtempSync(join(tmpdir(), "fenceline-docker-"));
  const host = `unix://${directory}/docker.sock`;
  const logPath = join(directory, "dockerd.log");
  say(`docker: starting dockerd in ${directory}`);
  const log = openSync(logPath, "a");
  const daemon = spawn(
    "dockerd",
    [
      "--storage-driver=vfs",
      `--data-root=${directory}/data`,
      `--exec-root=${directory}/exec`,
      `--pidfile=${directory}/docker.pid`,
      `--host=${host}`,
    ],
    // A session of its own: Ctrl-C ends the command first and the daemon after it.
    { detached: true, stdio: ["ignore", log, log] },
  );
  closeSync(log);
  const watch = stopAfterParent(daemon.pid, directory);

  const stop = async () => {
    say(`docker: stopping dockerd, process ${daemon.pid}`);
    daemon.ref();
    if (daemon.exitCode === null && daemon.signalCode === null) {
      daemon.kill("SIGTERM");
      const patience = setTimeout(() => daemon.kill("SIGKILL"), STOP_TIMEOUT_MS);
      await once(daemon, "exit");
      clearTimeout(patience);
    }
    rmSync(directory, { recursive: true, force: true });
    watch.kill("SIGKILL");
  };

  for (const start = performance.now(); !(await answers(host)); await sleep(100)) {
    const isOver = performance.now() - start > START_TIMEOUT_MS;
    if (daemon.exitCode === null && daemon.signalCode === null && !isOver) continue;
    const end = readFileSync(logPath, "utf8").split("\n").slice(-20).join("\n");
    await stop();
    throw new Error(`docker: dockerd ${isOver ? "does not answer" : "ended"}; the end of its log:\n${end}`);
  }
  daemon.unref();
  return { env: { DOCKER_HOST: host }, stop };
}

/** True if a Docker daemon answers at a `DOCKER_HOST`. */
function answers(host) {
  const { protocol, pathname, hostname, port } = new URL(host);
  const where = protocol === "unix:" ? { socketPath: pathname } : { host: hostname, port };
  return new Promise((resolve) => {
    const request = get({ ...where, path: "/_ping", timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(false));
  });
}

function install(say) {
  if (!isOnPath("apt-get") || process.getuid?.() !== 0) {
    throw new Error("docker: not installed; install it, or run this on Debian or Ubuntu as root");
  }
  say("docker: installing the package docker.io");
  // Only our own daemon is wanted: packages ask this file whether they may start their service.
  const policy = "/usr/sbin/policy-rc.d";
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    const options = { stdio: ["ignore", 2, 2], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
    for (const args of [
      ["update", "-q"],
      ["install", "-q", "-y", "--no-install-recommends", "docker.io"],
    ]) {
      if (spawnSync("apt-get", args, options).status !== 0) {
        throw new Error(`docker: \`apt-get ${args.join(" ")}\` failed`);
      }
    }
  } finally {
    if (isOurs) rmSync(policy);
  }
}

/** A shell that ends the daemon when the pipe from this process breaks: after SIGKILL, too. */
function stopAfterParent(pid, directory) {
  const script = 'read -r _ || { kill "$1"; while kill -0 "$1"; do sleep 1; done; rm -rf "$2"; }';
  const shell = spawn("sh", ["-c", script, "sh", String(pid), directory], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.unref();
  shell.stdin.unref();
  return shell;
}

function isOnPath(command) {
  return (process.env.PATH ?? "").split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, command));
      return true;
    } catch {
      return false;
    }
  });
}

async function main([command, ...args]) {
  if (command === undefined) throw new Error("usage: node scripts/docker.mjs <command> [<argument>…]");
  const docker = await startDocker();
  try {
    const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, ...docker.env } });
    // We end when the command has ended. Ctrl-C reaches it from the terminal.
    process.on("SIGINT", () => {});
    process.on("SIGTERM", () => child.kill("SIGTERM"));
    const [code] = await once(child, "exit");
    process.exitCode = code ?? 1;
  } finally {
    await docker.stop();
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

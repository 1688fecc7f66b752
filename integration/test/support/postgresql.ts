import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, chown, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A real PostgreSQL of our own, on a unix socket in a temporary directory. */
export interface PostgresqlServer extends AsyncDisposable {
  /** What clients connect to. */
  readonly connection: { readonly host: string; readonly user: string; readonly database: string };
  /** Ends the server as a crash does, and starts it again over the same data. */
  crashAndRestart(): Promise<void>;
}

const DEBIAN_DIRECTORY = "/usr/lib/postgresql";
const USER = "fenceline";
const READY = "database system is ready to accept connections";
const START_TIMEOUT_MS = 30_000;

/** The directory of `postgres` and `initdb`: from the PATH, else the newest of Debian's packages. */
export async function findPostgresql(): Promise<string | undefined> {
  const { PATH = "" } = process.env;
  const onPath = PATH.split(delimiter).filter((directory) => directory !== "");
  const versions = await readdir(DEBIAN_DIRECTORY).catch(() => []);
  const packaged = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((v) => join(DEBIAN_DIRECTORY, v, "bin"));
  for (const directory of [...onPath, ...packaged]) {
    try {
      const binaries = dirname(await realpath(join(directory, "postgres")));
      await access(join(binaries, "initdb"));
      return binaries;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** Makes a database and starts a server for it, under another user if this one is root, whom it refuses. */
export async function startPostgresql(binaries: string): Promise<PostgresqlServer> {
  const directory = await mkdtemp(join(tmpdir(), "fenceline-postgresql-"));
  const owner = process.getuid?.() === 0 ? await idsOf("nobody") : undefined;
  if (owner !== undefined) await chown(directory, owner.uid, owner.gid);

  const data = join(directory, "data");
  await run(
    join(binaries, "initdb"),
    ["-D", data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"],
    { ...owner, cwd: directory },
  );
  const command = [join(binaries, "postgres"), "-D", data, "-k", directory, "-c", "listen_addresses="];
  let server = await start(command, owner, directory);

  return {
    connection: { host: directory, user: USER, database: "postgres" },
    async crashAndRestart() {
      await end(server, "QUIT");
      server = await start(command, owner, directory);
    },
    async [Symbol.asyncDispose]() {
      await end(server, "INT");
      await rm(directory, { recursive: true });
    },
  };
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

async function idsOf(user: string): Promise<Owner> {
  const [uid, gid] = await Promise.all(
    ["-u", "-g"].map(async (flag) => (await run("id", [flag, user])).stdout),
  );
  return { uid: Number(uid), gid: Number(gid) };
}

/** A shell stands between: it ends the server as it is told to, or when this process has gone. */
async function start(
  command: readonly string[],
  owner: Owner | undefined,
  cwd: string,
): Promise<ChildProcess> {
  const script = '"$@" & read -r signal || signal=INT; kill -"$signal" $!; wait $!';
  const shell = spawn("sh", ["-c", script, "sh", ...command], {
    ...owner,
    cwd,
    stdio: ["pipe", "ignore", "pipe"],
  });
  let log = "";
  await new Promise<void>((resolve, reject) => {
    const fail = (): void => reject(new Error(`PostgreSQL did not start:\n${log}`));
    const timer = setTimeout(fail, START_TIMEOUT_MS);
    shell.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      if (!log.includes(READY)) return;
      clearTimeout(timer);
      resolve();
    });
  }).catch(async (error) => {
    await end(shell, "QUIT");
    throw error;
  });
  return shell;
}

async function end(shell: ChildProcess, signal: "INT" | "QUIT"): Promise<void> {
  const ended = once(shell, "exit");
  shell.stdin?.end(`${signal}\n`);
  await ended;
}

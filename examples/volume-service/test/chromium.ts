import { execFile } from "node:child_process";
import { access, constants, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

/** Chromium from `FENCELINE_CHROMIUM`, or else from the PATH. */
export async function findChromium(): Promise<string | undefined> {
  const named = process.env["FENCELINE_CHROMIUM"];
  if (named) return named;
  for (const directory of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(directory, "chromium");
    if (directory !== "" && (await isExecutable(path))) return path;
  }
  return undefined;
}

export interface Look {
  /** The elements of the page, as the script has left them. */
  readonly dom: string;
  /** What the page told the console, errors that nobody caught included. */
  readonly console: readonly string[];
}

/** Opens a file in a headless Chromium without a network, and photographs it. */
export async function lookAt(chromium: string, page: string, screenshot: string): Promise<Look> {
  const profile = await mkdtemp(join(tmpdir(), "fenceline-chromium-"));
  const run = (...args: readonly string[]) =>
    promisify(execFile)(
      chromium,
      [
        ...["--headless", "--disable-gpu", "--hide-scrollbars", "--window-size=1400,1200"],
        // In a container, as root, Chromium's own sandbox cannot be set up; the page is one that we wrote.
        ...["--no-sandbox", "--disable-dev-shm-usage", `--user-data-dir=${profile}`],
        ...["--enable-logging=stderr", "--host-resolver-rules=MAP * ~NOTFOUND", ...args],
        pathToFileURL(page).href,
      ],
      { maxBuffer: 2 ** 27, timeout: 60_000 },
    );
  try {
    const { stdout: dom, stderr } = await run("--dump-dom");
    await run(`--screenshot=${screenshot}`);
    return { dom, console: stderr.split("\n").filter((line) => line.includes("CONSOLE")) };
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

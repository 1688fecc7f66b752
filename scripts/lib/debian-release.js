import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The code name of this machine's Debian or Ubuntu. */
export async function releaseName() {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^VERSION_CODENAME="?([a-z]+)/m.exec(text)?.[1];
}

/**
 * A configuration of apt for another release of Debian, from the mirror that this machine uses already. Apt's own
 * sources and lists are not touched.
 *
 * @returns {Promise<string>} the path of the configuration file, inside the directory.
 */
export async function configureApt(release, directory) {
  const { stdout } = await run("apt-get", ["indextargets", "--format", "$(REPO_URI)", "Component: main"]);
  const [mirror] = stdout.split("\n");
  await mkdir(join(directory, "lists/partial"), { recursive: true });
  await mkdir(join(directory, "archives/partial"), { recursive: true });
  const key = "/usr/share/keyrings/debian-archive-keyring.gpg";
  await writeFile(join(directory, "sources.list"), `deb [signed-by=${key}] ${mirror} ${release} main\n`);
  await writeFile(join(directory, "status"), "");
  const config = join(directory, "apt.conf");
  const settings = {
    "Dir::State": directory,
    "Dir::State::lists": join(directory, "lists"),
    "Dir::State::status": join(directory, "status"),
    "Dir::Cache": directory,
    "Dir::Etc::sourcelist": join(directory, "sources.list"),
    "Dir::Etc::sourceparts": "-",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";\n`);
  await writeFile(config, lines.join(""));
  return config;
}

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unpackDebianPackages } from "../debian-packages.js";
import { EtcdNotFoundError } from "../errors.js";
import { findOnPath } from "../find-on-path.js";
import { runCommand } from "../run-command.js";
import type { Docker } from "./docker.js";

/** What is pulled where nothing else is given and a registry can be reached. */
const PUBLIC_IMAGE = "gcr.io/etcd-development/etcd:v3.5.21";
/** Repository of the images that are built here. */
const BUILT = "fenceline-etcd";

/**
 * Finds or makes an image with `etcd` on its PATH: the one that is named (option `image`, else `ETCD_IMAGE`),
 * else one built of the `etcd` on this machine's PATH, else the public one, else one built of Debian's
 * packages, which works where no registry can be reached.
 */
export async function findImage(docker: Docker, image: string | undefined): Promise<string> {
  const named = image ?? (process.env["ETCD_IMAGE"] || undefined);
  if (named !== undefined) return named;
  const binary = process.platform === "linux" ? await findOnPath("etcd") : undefined;
  if (binary !== undefined) return buildFromBinary(docker, binary);
  if (await isPresent(docker, PUBLIC_IMAGE)) return PUBLIC_IMAGE;
  try {
    await pull(docker, PUBLIC_IMAGE);
    return PUBLIC_IMAGE;
  } catch (cause) {
    return buildFromDebian(docker).catch((error: unknown) => {
      throw new EtcdNotFoundError(
        `No image of etcd: ${PUBLIC_IMAGE} cannot be pulled (${cause}) nor one be built of Debian's packages (${error}); set ETCD_IMAGE`,
        error,
      );
    });
  }
}

/** An image of one executable with the libraries that it loads, and nothing else. */
async function buildFromBinary(docker: Docker, binary: string): Promise<string> {
  const digest = createHash("sha256")
    .update(await readFile(binary))
    .digest("hex");
  return buildOnce(docker, digest.slice(0, 12), async (root) => {
    const add = async (file: string, target: string): Promise<void> => {
      await mkdir(join(root, dirname(target)), { recursive: true });
      await copyFile(file, join(root, target));
    };
    await add(binary, "/usr/bin/etcd");
    for (const library of await listLibraries(binary)) await add(library, library);
  });
}

function buildFromDebian(docker: Docker): Promise<string> {
  return buildOnce(docker, "debian", (root) => unpackDebianPackages(["etcd-server", "libc6"], root));
}

async function buildOnce(
  docker: Docker,
  tag: string,
  fill: (root: string) => Promise<void>,
): Promise<string> {
  const image = `${BUILT}:${tag}`;
  if (await isPresent(docker, image)) return image;
  const root = await mkdtemp(join(tmpdir(), "fenceline-image-"));
  try {
    await fill(root);
    const archive = spawn("tar", ["-C", root, "-c", "."], { stdio: ["ignore", "pipe", "inherit"] });
    archive.on("error", (error) => archive.stdout.destroy(error));
    const stream = await docker.dockerode.importImage(archive.stdout, {
      repo: BUILT,
      tag,
      changes: ["ENV PATH=/usr/bin"],
    });
    await finish(docker, stream);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  return image;
}

async function pull(docker: Docker, image: string): Promise<void> {
  await finish(docker, await docker.dockerode.pull(image));
}

/** Reads Docker's progress messages to the end; the last one may be an error. */
function finish(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    docker.dockerode.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
}

async function isPresent(docker: Docker, image: string): Promise<boolean> {
  try {
    await docker.dockerode.getImage(image).inspect();
    return true;
  } catch {
    return false;
  }
}

/** The shared libraries of an executable and its loader, by their paths; none for a static one. */
async function listLibraries(binary: string): Promise<string[]> {
  const output = await runCommand("ldd", [binary]).catch(() => "");
  return [...output.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path as string);
}

import { hostname } from "node:os";
import type { ContainerRuntimeClient } from "testcontainers";

/** The package `testcontainers`, loaded when it is needed: it is optional. */
type Testcontainers = typeof import("testcontainers");

/** Docker's API, as testcontainers comes with it. */
type Dockerode = ContainerRuntimeClient["container"]["dockerode"];
export type DockerContainer = ReturnType<Dockerode["getContainer"]>;
export type DockerNetwork = ReturnType<Dockerode["getNetwork"]>;

export interface Docker {
  readonly testcontainers: Testcontainers;
  readonly dockerode: Dockerode;
}

let docker: Promise<Docker> | undefined;

/** Connects to Docker as testcontainers does: DOCKER_HOST, its own configuration files, the usual sockets. */
export function connectDocker(): Promise<Docker> {
  docker ??= connect().catch((error: unknown) => {
    docker = undefined;
    throw error;
  });
  return docker;
}

/** The reason why Docker cannot be used, if there is one. */
export async function whyNoDocker(): Promise<string | undefined> {
  try {
    await connectDocker();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function connect(): Promise<Docker> {
  const testcontainers = await import("testcontainers").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Error("the package testcontainers (11.14.0) is not installed", { cause: error });
  });
  const { container, info } = await testcontainers.getContainerRuntimeClient();
  const { host } = info.containerRuntime;
  // Members are published on loopback. testcontainers names the bridge's address inside any container, also
  // where the daemon runs beside us in the same one.
  if (host !== "localhost" && (await container.dockerode.info()).Name !== hostname()) {
    throw new Error(`its containers are reached on ${host}, not on localhost (TESTCONTAINERS_HOST_OVERRIDE)`);
  }
  return { testcontainers, dockerode: container.dockerode };
}

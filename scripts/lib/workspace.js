import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, runStep } from "./step.js";

/** The pnpm that wrote the lockfile; fetched by npx, not installed. */
export const PNPM = "pnpm@12.21.0";

/** Installs the dependencies that the lockfile names, unless they are there. */
export async function installWorkspace() {
  const wanted = read("pnpm-lock.yaml");
  // pnpm keeps a copy of the lockfile that it has installed.
  if (wanted !== undefined && wanted === read("node_modules/.pnpm/lock.yaml")) return;
  // With CI set pnpm asks no questions.
  await runStep("Install", "npx", ["-y", PNPM, "install", "--frozen-lockfile"], { CI: "true" });
}

/** Compiles projects, and the projects that they refer to, with the workspace's own compiler. */
export async function buildProjects(...projects) {
  await runStep("Build", join(ROOT, "node_modules/.bin/tsc"), ["-b", ...projects]);
}

function read(path) {
  try {
    return readFileSync(join(ROOT, path), "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

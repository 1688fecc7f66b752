import { execFile } from "node:child_process";
import { ROOT } from "./step.js";
import { PNPM } from "./workspace.js";

const TIMEOUT_MS = 60_000;

/** Asks the registry for known vulnerabilities, high and critical ones, of what is needed at run time. */
export async function auditDependencies() {
  const args = ["-y", PNPM, "audit", "--prod", "--audit-level", "high", "--json"];
  return await new Promise((resolve) => {
    execFile("npx", args, { cwd: ROOT, timeout: TIMEOUT_MS }, (error, stdout, stderr) =>
      resolve(readAudit(error === null ? 0 : error.code, stdout, stderr)),
    );
  });
}

/**
 * What an audit has told. One that the registry did not answer is no failure: it tells nothing of the dependencies.
 *
 * @returns {{ text: string, found?: string }}
 */
export function readAudit(code, stdout, stderr) {
  const counts = readCounts(stdout);
  if (counts === undefined) {
    const why = /ERR_PNPM_\w+/.exec(`${stdout}${stderr}`)?.[0] ?? `exit ${code}`;
    return { text: `not audited: no answer from the registry that can be read (${why})` };
  }
  const text = Object.entries(counts)
    .map(([severity, count]) => `${count} ${severity}`)
    .join(", ");
  if (code === 0) return { text: `audited: ${text}` };
  return { text, found: `known vulnerabilities: ${text}; \`npx ${PNPM} audit --prod\` tells which` };
}

function readCounts(stdout) {
  try {
    return JSON.parse(stdout).metadata.vulnerabilities;
  } catch {
    return undefined;
  }
}

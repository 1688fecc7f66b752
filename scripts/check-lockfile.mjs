// Checks what the dependencies are: each pinned to an archive of the registry, none with an install script or a
// licence that nobody has looked at, and, where the registry tells, none at run time with a vulnerability that is known
// and high. Prints each deviation and fails if there is one.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { auditDependencies } from "./lib/audit.js";
import { checkInstalledPackages, readAllowBuilds } from "./lib/installed-packages.js";
import { readLockfile } from "./lib/lockfile.js";
import { ROOT } from "./lib/step.js";

const read = (path) => readFileSync(join(ROOT, path), "utf8");
const { packages, deviations } = readLockfile(read("pnpm-lock.yaml"));
const allowBuilds = readAllowBuilds(read("pnpm-workspace.yaml"));
deviations.push(...checkInstalledPackages(packages, join(ROOT, "node_modules/.pnpm"), allowBuilds));
const audit = await auditDependencies();
if (audit.found !== undefined) deviations.push(audit.found);

for (const deviation of deviations) console.error(deviation);
if (deviations.length > 0) process.exitCode = 1;
else console.log(`${packages.length} packages are pinned; ${audit.text}`);

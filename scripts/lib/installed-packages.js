import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Licences that ask for nothing but their own text, by their SPDX names. Another one is looked at first. */
const LICENCES = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "PSF-2.0",
  "Python-2.0",
  "Unlicense",
]);
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall"];

/**
 * Says what is wrong with the packages that pnpm has installed below `store` (`node_modules/.pnpm`): a licence that
 * is not on the list, or an install script of a package that `allowBuilds` does not name. Packages of the lockfile
 * that are for other platforms are not there.
 *
 * @returns {string[]}
 */
export function checkInstalledPackages(packages, store, allowBuilds) {
  const deviations = [];
  let seen = 0;
  for (const { name, version } of packages) {
    for (const folder of foldersOf(store, name, version)) {
      seen += 1;
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const scripts = INSTALL_SCRIPTS.filter((script) => manifest.scripts?.[script] !== undefined);
      if (scripts.length > 0 && !(name in allowBuilds)) {
        deviations.push(`${name}@${version}: ${scripts.join(", ")}, and allowBuilds does not name it`);
      }
      const licence = licenceOf(manifest);
      if (!isAllowed(licence)) deviations.push(`${name}@${version}: licence ${licence} is not on the list`);
    }
  }
  if (seen === 0) deviations.push(`nothing is installed in ${store}`);
  return [...new Set(deviations)];
}

/** The entries below `allowBuilds` in pnpm-workspace.yaml. */
export function readAllowBuilds(workspace) {
  const lines = /^allowBuilds:\n((?: {2}.*\n)*)/m.exec(workspace)?.[1] ?? "";
  const entries = lines.matchAll(/^ {2}'?([^':]+)'?: (true|false)$/gm);
  return Object.fromEntries([...entries].map(([, name, allowed]) => [name, allowed === "true"]));
}

/** A package has a folder for each set of peers that it was installed with. */
function foldersOf(store, name, version) {
  const prefix = `${name.replace("/", "+")}@${version}`;
  return namesIn(store)
    .filter((entry) => entry === prefix || entry.startsWith(`${prefix}_`))
    .map((entry) => join(store, entry, "node_modules", name))
    .filter((folder) => existsSync(folder));
}

const listings = new Map();

function namesIn(store) {
  if (!listings.has(store)) listings.set(store, existsSync(store) ? readdirSync(store) : []);
  return listings.get(store);
}

/** As text, also as packages from before SPDX name it: an object, or a list of them. */
function licenceOf({ license, licenses }) {
  const given = license ?? licenses;
  return [given]
    .flat()
    .map((one) => (typeof one === "object" ? one?.type : one))
    .join(" AND ");
}

function isAllowed(licence) {
  const choices = licence.replace(/^\((.*)\)$/, "$1").split(" OR ");
  return choices.some((choice) => choice.split(" AND ").every((one) => LICENCES.has(one)));
}

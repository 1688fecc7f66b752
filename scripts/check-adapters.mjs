// Checks that every package under packages/adapters follows the one pattern that docs/adapters.md describes.
// Reads files only: nothing has to be installed or built. Prints each deviation and fails if there is one.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = process.argv[2] ?? join(import.meta.dirname, "..", "packages", "adapters");

const FILES = [
  "README.md",
  "package.json",
  "src/index.ts",
  "src/sources.ts",
  "test/contract.test.ts",
  "tsconfig.json",
];
/** Left out, as the definitions are, where all of the vendor's files in Cinder hold no lock. */
const DRIVER = "src/driver.ts";
/** Where `src/definitions.ts` would be too long: a folder with a file for each subject, and an index. */
const IN_FOLDER = /^src\/definitions\/[a-z-]+\.ts$/;
const IGNORED = new Set(["dist", "node_modules"]);
const HEADINGS = ["## Locks", "## Use", "## What Cinder's code does", "## Active-Active", "## Fencing"];
/** Definitions are data: as many lines as the vendor has locks. */
const LONGEST = {
  "src/driver.ts": 80,
  "src/index.ts": 70,
  "src/sources.ts": 400,
  "test/contract.test.ts": 150,
};
const LONGEST_DEFINITIONS = 300;

const vendors = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const golden = JSON.parse(read("golden-names.json"));
const cinderLocks = JSON.parse(read("cinder-locks.json"));
const references = JSON.parse(read("tsconfig.json")).references.map((reference) => reference.path);
const deviations = vendors.flatMap(({ name }) =>
  [...check(name)].map((deviation) => `${name}: ${deviation}`),
);

for (const path of references) {
  if (!vendors.some(({ name }) => name === path)) deviations.push(`tsconfig.json: no folder ${path}`);
}
if (vendors.length === 0) deviations.push(`no adapters in ${root}`);
for (const deviation of deviations) console.error(deviation);
if (deviations.length > 0) process.exitCode = 1;
else console.log(`${vendors.length} adapters follow the pattern`);

function* check(folder) {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(folder)) yield "the folder's name is not in kebab-case";

  const files = listFiles(folder);
  const inFolder = files.filter((file) => IN_FOLDER.test(file));
  const entry = inFolder.length > 0 ? "src/definitions/index.ts" : "src/definitions.ts";
  const definitions = [entry, ...inFolder.filter((file) => file !== entry)];
  const expected = hasLocks(folder) ? [...FILES, DRIVER, ...definitions] : FILES;
  const missing = expected.filter((file) => !files.includes(file));
  for (const file of missing) yield `${file} is missing`;
  for (const file of files) {
    if (!expected.includes(file)) yield `${file} is not one of the package's files`;
  }
  if (missing.length > 0) return;

  const manifest = JSON.parse(read(folder, "package.json"));
  const packageName = `@fenceline/adapter-${folder}`;
  if (manifest.name !== packageName) yield `package.json: the name is not ${packageName}`;
  if (manifest.peerDependencies?.["@fenceline/core"] !== "workspace:^") {
    yield 'package.json: @fenceline/core is not a peer dependency "workspace:^"';
  }
  if (manifest.devDependencies?.["@fenceline/core"] !== "workspace:*") {
    yield 'package.json: @fenceline/core is not a dev dependency "workspace:*"';
  }
  if (manifest.dependencies !== undefined) yield "package.json: an adapter has no dependencies of its own";

  const exported = [...read(folder, "src/index.ts").matchAll(/^export const (\w+)/gm)].map(
    ([, name]) => name,
  );
  const allowed = exportNames(folder);
  if (exported.length !== 1 || !allowed.includes(exported[0])) {
    yield `src/index.ts: the one export is not named ${allowed.join(" or ")}`;
  }
  for (const file of expected) {
    const longest = definitions.includes(file)
      ? LONGEST_DEFINITIONS
      : (LONGEST[file] ?? Number.POSITIVE_INFINITY);
    const lines = read(folder, file).split("\n").length - 1;
    if (lines > longest) yield `${file}: ${lines} lines, more than ${longest}`;
  }

  const readme = read(folder, "README.md").split("\n");
  if (readme[0] !== `# ${packageName}`) yield `README.md: the title is not ${packageName}`;
  const headings = readme.filter((line) => line.startsWith("## "));
  if (headings.join() !== HEADINGS.join()) yield `README.md: the headings are not ${HEADINGS.join(", ")}`;

  if (!references.includes(folder)) yield "is not among the references of packages/adapters/tsconfig.json";
  if (hasLocks(folder) && !golden.some((row) => row.adapter === folder)) {
    yield "has no row in golden-names.json";
  }
}

function hasLocks(folder) {
  const rows = cinderLocks.filter((row) => row.adapter === folder);
  return rows.length === 0 || rows.some((row) => row.definition !== null);
}

/** Names that fit a folder: in camel case all of its words, or the last ones ("dell-emc-unity": `unity`). */
function exportNames(folder) {
  const words = folder.split("-");
  return words.map((_, from) =>
    words
      .slice(from)
      .join("-")
      .replace(/-(\w)/g, (_match, letter) => letter.toUpperCase()),
  );
}

function listFiles(folder, below = "") {
  return readdirSync(join(root, folder, below), { withFileTypes: true })
    .filter((entry) => !IGNORED.has(entry.name) && !entry.name.endsWith(".tsbuildinfo"))
    .flatMap((entry) => {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? listFiles(folder, path) : [path];
    })
    .sort();
}

function read(...path) {
  return readFileSync(join(root, ...path), "utf8");
}

import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { renderFaultMatrix } from "./fault-matrix.js";
import { ROOT } from "./step.js";

/** What the documentation has that is made from the code: the page, the name of its place there, how it is made. */
const sections = [
  { page: "docs/adapters.md", name: "catalogue", render: renderCatalogue },
  { page: "docs/reliability.md", name: "fault matrix", render: renderFaultMatrix },
];

/** Writes all of them; returns the pages. */
export async function writeSections() {
  for (const { page, after } of await renderPages()) await writeFile(page, after);
  return sections.map(({ page }) => page);
}

/** The pages of which a section is not what the code makes of it. */
export async function staleSections() {
  return (await renderPages()).filter(({ before, after }) => before !== after).map(({ page }) => page);
}

async function renderPages() {
  return await Promise.all(
    sections.map(async ({ page: name, name: section, render }) => {
      const page = join(ROOT, name);
      const before = await readFile(page, "utf8");
      const marked = new RegExp(`(<!-- ${section} -->\\n)[\\s\\S]*(<!-- end of the ${section} -->)`);
      if (!marked.test(before)) throw new Error(`${page} has no place for the ${section}`);
      const made = await render();
      return { page, before, after: before.replace(marked, (_, begin, end) => `${begin}\n${made}\n${end}`) };
    }),
  );
}

async function renderCatalogue() {
  const program = join(ROOT, "packages/cli/bin/fenceline.js");
  const { stdout } = await promisify(execFile)(process.execPath, [program, "adapters", "--markdown"]);
  return stdout;
}

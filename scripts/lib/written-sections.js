import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { renderFaultMatrix, renderKnownBugs } from "./fault-matrix.js";
import { ROOT } from "./step.js";

/** What the documentation has that is made from the code: the page, the name of its place there, how it is made. */
const sections = [
  { page: "docs/adapters.md", name: "catalogue", render: renderCatalogue },
  { page: "docs/reliability.md", name: "fault matrix", render: renderFaultMatrix },
  { page: "docs/reliability.md", name: "known bugs", render: renderKnownBugs },
];

/** Writes all of them; returns the pages. */
export async function writeSections() {
  const pages = await renderPages();
  for (const { page, after } of pages) await writeFile(page, after);
  return pages.map(({ page }) => page);
}

/** The pages of which a section is not what the code makes of it. */
export async function staleSections() {
  return (await renderPages()).filter(({ before, after }) => before !== after).map(({ page }) => page);
}

async function renderPages() {
  const names = [...new Set(sections.map(({ page }) => page))];
  return await Promise.all(
    names.map(async (name) => {
      const page = join(ROOT, name);
      const before = await readFile(page, "utf8");
      let after = before;
      for (const section of sections) if (section.page === name) after = await fill(after, section);
      return { page, before, after };
    }),
  );
}

async function fill(text, { page, name, render }) {
  const marked = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*(<!-- end of the ${name} -->)`);
  if (!marked.test(text)) throw new Error(`${page} has no place for the ${name}`);
  const made = await render();
  return text.replace(marked, (_, begin, end) => `${begin}\n${made}\n${end}`);
}

async function renderCatalogue() {
  const program = join(ROOT, "packages/cli/bin/fenceline.js");
  const { stdout } = await promisify(execFile)(process.execPath, [program, "adapters", "--markdown"]);
  return stdout;
}

// `npm run docs`: writes the parts of the documentation that are made from the code.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./lib/step.js";

const program = join(ROOT, "packages/cli/bin/fenceline.js");
const page = join(ROOT, "docs/adapters.md");
const { stdout } = await promisify(execFile)(process.execPath, [program, "adapters", "--markdown"]);
const text = await readFile(page, "utf8");
const marked = /(<!-- catalogue -->\n)[\s\S]*(<!-- end of the catalogue -->)/;
if (!marked.test(text)) throw new Error(`${page} has no place for the catalogue`);
await writeFile(
  page,
  text.replace(marked, (_, begin, end) => `${begin}\n${stdout}\n${end}`),
);
console.log(`wrote the catalogue in ${page}`);

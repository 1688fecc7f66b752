import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");
const tsc = join(root, "node_modules/typescript/bin/tsc");

/** Folders of the documents, and folders of which every subfolder has documents. */
const folders = [".", "docs"];
const parents = ["packages", "packages/adapters"];

describe("the documentation", () => {
  it("has TypeScript examples that compile, each on its own", async () => {
    // Inside this package, so that the imports are found.
    await mkdir(join(root, "integration/.tmp"), { recursive: true });
    const directory = await mkdtemp(join(root, "integration/.tmp/docs-"));
    try {
      const examples = (await Promise.all((await findDocuments()).map(readExamples))).flat();
      assert.notEqual(examples.length, 0);
      await Promise.all(
        examples.map(async ({ file, code }) => {
          await mkdir(dirname(join(directory, file)), { recursive: true });
          await writeFile(join(directory, file), code);
        }),
      );
      await copyFile(join(root, "integration/test/docs.globals.d.ts"), join(directory, "docs.globals.d.ts"));
      await writeFile(join(directory, "tsconfig.json"), JSON.stringify(compilerConfig));

      // The paths that it prints are those of the documents, and so are the lines.
      const compiled = promisify(execFile)(process.execPath, [tsc, "-p", "."], { cwd: directory });
      await compiled.catch(({ stdout }) => assert.fail(stdout));
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

const compilerConfig = {
  extends: join(root, "tsconfig.base.json"),
  compilerOptions: {
    composite: false,
    noEmit: true,
    isolatedDeclarations: false,
    types: ["node"],
    paths: { "@fenceline/adapter-*": [join(root, "packages/adapters/*/dist/src/index.d.ts")] },
  },
};

/** Paths, from the root, of the Markdown files. */
async function findDocuments(): Promise<string[]> {
  const subfolders = await Promise.all(
    parents.map(async (parent) => {
      const entries = await readdir(join(root, parent), { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(parent, name));
    }),
  );
  const files = await Promise.all(
    [...folders, ...subfolders.flat()].map(async (folder) =>
      (await readdir(join(root, folder))).map((name) => join(folder, name)),
    ),
  );
  return files.flat().filter((file) => file.endsWith(".md"));
}

/** Each example as a file of its own in which the code stands at the line where the document has it. */
async function readExamples(document: string): Promise<{ file: string; code: string }[]> {
  const text = await readFile(join(root, document), "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(({ 1: code = "", index }) => {
    const line = text.slice(0, index).split("\n").length;
    return { file: `${document}-line-${line}.ts`, code: "\n".repeat(line) + code };
  });
}

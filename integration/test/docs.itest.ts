import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");
const tsc = join(root, "node_modules/typescript/bin/tsc");

/** Documents of which each TypeScript example is a module that compiles as it stands. */
const documents = ["docs/fencing.md", "packages/testing/README.md"];

describe("the examples in the documentation", () => {
  for (const document of documents) {
    it(`${document} compile`, async () => {
      const text = await readFile(join(root, document), "utf8");
      const examples = [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code ?? "");
      assert.notEqual(examples.length, 0);

      // Inside this package, so that the imports are found.
      await mkdir(join(root, "integration/.tmp"), { recursive: true });
      const directory = await mkdtemp(join(root, "integration/.tmp/docs-"));
      try {
        const options = { composite: false, noEmit: true, isolatedDeclarations: false };
        const config = { extends: join(root, "tsconfig.base.json"), compilerOptions: options };
        await writeFile(join(directory, "tsconfig.json"), JSON.stringify(config));
        await Promise.all(examples.map((code, i) => writeFile(join(directory, `example-${i + 1}.ts`), code)));
        const compiled = promisify(execFile)(process.execPath, [tsc, "-p", directory]);
        await compiled.catch(({ stdout }) => assert.fail(stdout));
      } finally {
        await rm(directory, { recursive: true });
      }
    });
  }
});

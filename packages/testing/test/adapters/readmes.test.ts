import assert from "node:assert/strict";
import { installedAdapters } from "./installed-adapters.js";

for (const { definitions, name, read } of installedAdapters) {
  describe(`README of adapter ${name}`, () => {
    const readme = read("README.md");
    const tableLines = readme.split("\n").filter((line) => line.startsWith("|"));
    const rows = tableLines.map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

    for (const [definitionName, definition] of Object.entries(definitions)) {
      const { formerNames = [], guards, parameters, perArray, scope, template } = definition;
      it(`has a row for ${definitionName} that agrees with the definition`, () => {
        const row = rows.find(([firstCell]) => firstCell === `\`${definitionName}\``);
        assert.ok(row, "no such row");
        const [, nameCell, scopeCell, parametersCell = "", guardsCell] = row;
        assert.equal(nameCell, `\`${template}\``);
        assert.equal(scopeCell, scope);
        assert.equal(guardsCell, guards.map(({ method }) => `\`${method}\``).join(", "));
        for (const parameter of Object.keys(parameters)) {
          assert.ok(parametersCell.includes(`\`${parameter}\``), `${parameter} is not explained`);
        }
      });

      it(`names the other names of ${definitionName}`, () => {
        for (const { before, template: former } of formerNames) {
          assert.ok(readme.includes(before) && readme.includes(former), `${former} before ${before}`);
        }
        if (perArray !== undefined) assert.match(readme, /per: "array"/);
      });
    }

    it("has an example that is compiled: the same lines stand in the package's test", () => {
      const [, example] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
      assert.ok(example, "no example");
      const compiled = read("test/contract.test.ts").split("\n");
      const missing = example.split("\n").filter((line) => !compiled.includes(line));
      assert.deepEqual(missing, []);
    });
  });
}

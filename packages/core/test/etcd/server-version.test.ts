import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

describe("the version of a server", () => {
  it("is warned about where roles have known holes", () => {
    for (const version of ["3.3.27", "3.4.23", "3.4.45", "3.5.32", "3.6.13"]) {
      assert.match(
        warningsOf([version]),
        /\[FENCELINE_OLD_ETCD\] Warning: etcd 3\..*3\.5\.33 and 3\.6\.14/,
        version,
      );
    }
  });

  it("is not worth a warning where they have none, or where nobody may know it", () => {
    assert.equal(warningsOf(["3.5.33", "3.6.14", "3.7.0", "4.0.0", "unknown", "", undefined]), "");
  });

  it("is warned about once in a process, and not to those who have switched it off", () => {
    assert.equal(warningsOf(["3.4.23", "3.4.23", "3.5.16"]).match(/FENCELINE_OLD_ETCD/g)?.length, 1);
    assert.equal(warningsOf(["3.4.23"], ["--disable-warning=FENCELINE_OLD_ETCD"]), "");
  });

  /** What a process prints that meets servers of these versions. */
  function warningsOf(versions: readonly unknown[], options: readonly string[] = []): string {
    const module = new URL("../../dist/etcd/server-version.js", import.meta.url);
    const script = `import { warnOfOldServer } from ${JSON.stringify(module)};
      for (const version of [${versions.map((version) => JSON.stringify(version) ?? "undefined")}]) warnOfOldServer(version);`;
    return spawnSync(process.execPath, [...options, "--input-type=module", "--eval", script], {
      encoding: "utf8",
    }).stderr;
  }
});

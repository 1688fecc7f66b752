import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAudit } from "../lib/audit.js";
import { checkInstalledPackages, readAllowBuilds } from "../lib/installed-packages.js";
import { readLockfile } from "../lib/lockfile.js";

const HASH = `sha512-${"A".repeat(86)}==`;

function lockfile({
  version = "9.0",
  specifier = "1.0.0",
  id = "a@1.0.0",
  resolution = `{integrity: ${HASH}}`,
}) {
  return `lockfileVersion: '${version}'

importers:

  .:
    dependencies:
      a:
        specifier: ${specifier}
        version: 1.0.0

packages:

  '@scope/b@2.0.0-rc.1':
    resolution: {integrity: ${HASH}}
    engines: {node: '>=20'}

  ${id}:
    resolution: ${resolution}
    hasBin: true

snapshots:

  ${id}: {}
`;
}

describe("readLockfile", () => {
  it("takes versions of the registry with their hashes", () => {
    assert.deepEqual(readLockfile(lockfile({})), {
      packages: [
        { name: "@scope/b", version: "2.0.0-rc.1" },
        { name: "a", version: "1.0.0" },
      ],
      deviations: [],
    });
    assert.deepEqual(readLockfile(lockfile({ specifier: "workspace:^" })).deviations, []);
  });

  const git = "https://codeload.github.com/x/a/tar.gz/0123456789abcdef0123456789abcdef01234567";
  const broken = {
    "a range": [{ specifier: "^1.0.0" }, /specifier \^1\.0\.0/],
    "a tag": [{ specifier: "latest" }, /specifier latest/],
    "a repository as specifier": [{ specifier: "github:x/a" }, /specifier github:x\/a/],
    "no hash": [{ resolution: "{}" }, /a@1\.0\.0: its resolution/],
    "a hash that is too weak": [{ resolution: "{integrity: sha1-AAAA}" }, /its resolution/],
    "a hash that was cut short": [{ resolution: `{integrity: ${HASH.slice(0, -4)}}` }, /its resolution/],
    "an archive from elsewhere": [
      { resolution: `{integrity: ${HASH}, tarball: https://example.com/a.tgz}` },
      /example\.com/,
    ],
    "a repository": [{ resolution: "{type: git, repo: x/a, commit: 0123456}" }, /type: git/],
    "an archive of a repository": [{ id: `a@${git}`, resolution: `{tarball: ${git}}` }, /is no version of/],
    "a folder": [{ id: "a@file:../a", resolution: "{directory: ../a, type: directory}" }, /is no version of/],
    "another format": [{ version: "10.0" }, /lockfileVersion is 10\.0/],
  };
  for (const [what, [fields, deviation]] of Object.entries(broken)) {
    it(`names ${what}`, () => {
      const { deviations } = readLockfile(lockfile(fields));
      assert.ok(
        deviations.some((line) => deviation.test(line)),
        deviations.join("\n"),
      );
    });
  }

  it("is not content with a lockfile in which it finds nothing", () => {
    assert.deepEqual(readLockfile("lockfileVersion: '9.0'\n").deviations, ["no packages"]);
  });
});

describe("checkInstalledPackages", () => {
  let store;
  beforeEach(() => {
    store = mkdtempSync(join(tmpdir(), "fenceline-store-"));
  });
  afterEach(() => rmSync(store, { recursive: true }));

  const check = (manifest, allowBuilds = {}) => {
    const folder = join(store, "@scope+b@2.0.0_peer@1.0.0/node_modules/@scope/b");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    return checkInstalledPackages([{ name: "@scope/b", version: "2.0.0" }], store, allowBuilds);
  };

  for (const license of [
    "MIT",
    "(MIT OR GPL-3.0)",
    { type: "ISC" },
    [{ type: "MIT" }, { type: "Apache-2.0" }],
  ]) {
    it(`takes ${JSON.stringify(license)}`, () => assert.deepEqual(check({ license }), []));
  }

  for (const license of [
    "GPL-3.0",
    "MIT AND GPL-3.0",
    "SEE LICENSE IN x",
    undefined,
    [{ type: "LGPL-2.1" }],
  ]) {
    it(`does not take ${JSON.stringify(license)}`, () => {
      assert.match(check({ license }).join(), /^@scope\/b@2\.0\.0: licence .* is not on the list$/);
    });
  }

  it("names an install script, unless it was decided on", () => {
    const manifest = { license: "MIT", scripts: { postinstall: "node steal.js", test: "mocha" } };
    assert.match(check(manifest).join(), /postinstall, and allowBuilds/);
    assert.deepEqual(check(manifest, { "@scope/b": false }), []);
  });

  it("is not content where nothing is installed", () => {
    assert.match(
      checkInstalledPackages([{ name: "a", version: "1.0.0" }], store, {}).join(),
      /nothing is installed/,
    );
  });
});

describe("readAllowBuilds", () => {
  it("reads the packages below it, and no others", () => {
    const text =
      "saveExact: true\n\nallowBuilds:\n  ssh2: false\n  '@scope/b': true\n\noverrides:\n  c: 1.0.0\n";
    assert.deepEqual(readAllowBuilds(text), { ssh2: false, "@scope/b": true });
  });
});

describe("readAudit", () => {
  const answer = (high) => JSON.stringify({ metadata: { vulnerabilities: { moderate: 1, high } } });

  it("fails for what is high, and for nothing less", () => {
    assert.equal(readAudit(0, answer(0), "").found, undefined);
    assert.match(readAudit(1, answer(2), "").found, /2 high/);
  });

  it("says so where the registry does not answer", () => {
    const { text, found } = readAudit(1, "", "Error: ERR_PNPM_AUDIT_BAD_RESPONSE\n 405");
    assert.equal(found, undefined);
    assert.match(text, /not audited.*ERR_PNPM_AUDIT_BAD_RESPONSE/);
  });
});

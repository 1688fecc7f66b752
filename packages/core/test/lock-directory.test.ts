import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LockPathError } from "../dist/errors.js";
import { checkLockDirectory, defaultLockDirectory, directoryError } from "../dist/scopes/lock-directory.js";
import {
  skipUnlessLinux,
  skipUnlessRoot,
  temporaryDirectory,
  withoutPrivileges,
} from "./support/lock-directory.js";

describe("checkLockDirectory", () => {
  before(skipUnlessLinux);

  it("makes the directory for its owner alone, and takes it again", () => {
    using temporary = temporaryDirectory();
    const path = join(temporary.path, "above", "locks");
    assert.deepEqual(checkLockDirectory(path), { sharedWithGroup: undefined });
    assert.equal(statSync(path).mode & 0o777, 0o700);
    assert.equal(statSync(join(temporary.path, "above")).mode & 0o777, 0o700);
    assert.deepEqual(checkLockDirectory(path), { sharedWithGroup: undefined });
  });

  it("tells the group that a directory is shared with", () => {
    using temporary = temporaryDirectory();
    chmodSync(temporary.path, 0o770);
    assert.deepEqual(checkLockDirectory(temporary.path), { sharedWithGroup: statSync(temporary.path).gid });
  });

  it("refuses a symbolic link", () => {
    using temporary = temporaryDirectory();
    mkdirSync(join(temporary.path, "real"), { mode: 0o700 });
    const path = join(temporary.path, "link");
    symlinkSync("real", path);
    assertRefused(path, "is a symbolic link");
  });

  it("refuses a dangling symbolic link and makes nothing where it points", () => {
    using temporary = temporaryDirectory();
    const path = join(temporary.path, "link");
    symlinkSync("missing", path);
    assertRefused(path, "is a symbolic link");
    assert.deepEqual(readdirSync(temporary.path), ["link"]);
  });

  it("refuses a file", () => {
    using temporary = temporaryDirectory();
    const path = join(temporary.path, "file");
    writeFileSync(path, "");
    assertRefused(path, "is not a directory");
  });

  it("refuses a path below a file", () => {
    using temporary = temporaryDirectory();
    writeFileSync(join(temporary.path, "file"), "");
    assertRefused(join(temporary.path, "file", "locks"), "lies below something that is not a directory");
  });

  it("refuses a directory that everybody can write to", () => {
    using temporary = temporaryDirectory();
    chmodSync(temporary.path, 0o1777);
    assertRefused(temporary.path, "is writable by everybody");
  });

  it("refuses a directory in which everybody can put another in its place", () => {
    using temporary = temporaryDirectory();
    const path = join(temporary.path, "locks");
    chmodSync(temporary.path, 0o777);
    assertRefused(path, `lies below "${temporary.path}", which is writable by everybody`);
    assert.equal(existsSync(path), false);
    chmodSync(temporary.path, 0o1777);
    checkLockDirectory(path);
  });

  it("looks behind a link above the directory", () => {
    using temporary = temporaryDirectory();
    const open = join(temporary.path, "open");
    mkdirSync(join(open, "inner"), { recursive: true });
    chmodSync(open, 0o777);
    symlinkSync(join(open, "inner"), join(temporary.path, "link"));
    assertRefused(
      join(temporary.path, "link", "locks"),
      `lies below "${open}", which is writable by everybody`,
    );
    chmodSync(open, 0o755);
    checkLockDirectory(join(temporary.path, "link", "locks"));
  });

  it("refuses links that go in a circle", () => {
    using temporary = temporaryDirectory();
    symlinkSync("b", join(temporary.path, "a"));
    symlinkSync("a", join(temporary.path, "b"));
    assertRefused(join(temporary.path, "a", "locks"), "links that go in a circle");
  });

  it("refuses a directory that this user cannot write to", () => {
    using temporary = temporaryDirectory();
    using _user = withoutPrivileges(temporary.path);
    chmodSync(temporary.path, 0o500);
    assertRefused(join(temporary.path, "locks"), "is not writable for this user");
  });

  describe("of another user", () => {
    before(skipUnlessRoot);

    it("refuses it", () => {
      using temporary = temporaryDirectory();
      chownSync(temporary.path, 65534, 65534);
      assertRefused(temporary.path, "belongs to uid 65534");
    });

    it("refuses one below it", () => {
      using temporary = temporaryDirectory();
      chownSync(temporary.path, 65534, 65534);
      assertRefused(
        join(temporary.path, "locks"),
        `lies below "${temporary.path}", which belongs to uid 65534`,
      );
    });
  });

  function assertRefused(path: string, why: string): void {
    assert.throws(
      () => checkLockDirectory(path),
      (error) => {
        assert(LockPathError.is(error, "lock_directory"), String(error));
        assert.equal((error as LockPathError).path, path);
        assert(error.message.includes(why), error.message);
        return true;
      },
    );
  }
});

describe("directoryError", () => {
  const faults = { EROFS: "is on a read-only file system", ENOSPC: "is full", EDQUOT: "is full" };
  for (const [code, why] of Object.entries(faults)) {
    it(`says for ${code} that the directory ${why}, and the way out`, () => {
      const cause = Object.assign(new Error(code), { code });
      const error = directoryError("/locks", cause);
      assert(LockPathError.is(error, "lock_directory"));
      assert.equal(error.cause, cause);
      assert(error.message.startsWith(`lock directory "/locks" ${why}: `), error.message);
      assert(error.message.endsWith("or choose another `lockDirectory`"), error.message);
    });
  }

  it("knows no fault of the directory in other system errors", () => {
    assert.equal(directoryError("/locks", Object.assign(new Error("EMFILE"), { code: "EMFILE" })), undefined);
  });
});

describe("defaultLockDirectory", () => {
  it("is in the user's runtime directory", () => {
    assert.equal(defaultLockDirectory({ XDG_RUNTIME_DIR: "/run/user/1000" }), "/run/user/1000/fenceline");
  });

  it("names the user, unless it is root, where there is no runtime directory", () => {
    const uid = process.geteuid?.();
    const expected = uid === 0 ? "/run/fenceline" : join(tmpdir(), `fenceline-${uid}`);
    for (const env of [{}, { XDG_RUNTIME_DIR: "" }, { XDG_RUNTIME_DIR: "relative" }]) {
      assert.equal(defaultLockDirectory(env), expected);
    }
  });
});

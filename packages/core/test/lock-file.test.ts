import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { LockPathError } from "../dist/errors.js";
import { openLockFile } from "../dist/scopes/lock-file.js";
import {
  openFilesBelow,
  skipUnlessLinux,
  skipUnlessRoot,
  temporaryDirectory,
  withoutPrivileges,
} from "./support/lock-directory.js";

describe("openLockFile", () => {
  before(skipUnlessLinux);

  it("makes a file for its owner alone", () => {
    using temporary = temporaryDirectory();
    using opened = open(join(temporary.path, "a.lock"));
    assert.equal(statSync(opened.file.path).mode & 0o777, 0o600);
    assert.equal(readFileSync(opened.file.path, "utf8"), "");
  });

  it("makes a file for the group with which the directory is shared, whatever the umask", () => {
    using temporary = temporaryDirectory();
    chmodSync(temporary.path, 0o770);
    const umask = process.umask(0o077);
    try {
      using opened = open(join(temporary.path, "a.lock"));
      assert.equal(statSync(opened.file.path).mode & 0o777, 0o660);
    } finally {
      process.umask(umask);
    }
  });

  it("leaves content and mode of a file as they are", () => {
    using temporary = temporaryDirectory();
    const path = join(temporary.path, "a.lock");
    writeFileSync(path, "content", { mode: 0o644 });
    using _opened = open(path);
    assert.equal(readFileSync(path, "utf8"), "content");
    assert.equal(statSync(path).mode & 0o777, 0o644);
  });

  describe("refuses and leaves as it is", () => {
    it("a symbolic link", () => {
      using temporary = temporaryDirectory();
      const victim = join(temporary.path, "victim");
      writeFileSync(victim, "precious");
      symlinkSync(victim, join(temporary.path, "a.lock"));
      assertRefused(temporary.path, "is a symbolic link");
      assert.equal(readFileSync(victim, "utf8"), "precious");
    });

    it("a dangling symbolic link", () => {
      using temporary = temporaryDirectory();
      const victim = join(temporary.path, "victim");
      symlinkSync(victim, join(temporary.path, "a.lock"));
      assertRefused(temporary.path, "is a symbolic link");
      assert.equal(statSync(victim, { throwIfNoEntry: false }), undefined);
    });

    it("a hard link", () => {
      using temporary = temporaryDirectory();
      const victim = join(temporary.path, "victim");
      writeFileSync(victim, "precious");
      linkSync(victim, join(temporary.path, "a.lock"));
      assertRefused(temporary.path, "is one of 2 hard links");
      assert.equal(readFileSync(victim, "utf8"), "precious");
    });

    it("a directory", () => {
      using temporary = temporaryDirectory();
      mkdirSync(join(temporary.path, "a.lock"));
      assertRefused(temporary.path, "is not a regular file");
    });

    it("a FIFO, without waiting for its other end", () => {
      using temporary = temporaryDirectory();
      execFileSync("mkfifo", [join(temporary.path, "a.lock")]);
      assertRefused(temporary.path, "is not a regular file");
    });

    it("a socket", async () => {
      using temporary = temporaryDirectory();
      const server = createServer().listen(join(temporary.path, "a.lock"));
      await once(server, "listening");
      try {
        assertRefused(temporary.path, "is not a regular file");
      } finally {
        server.close();
      }
    });

    it("a file that everybody can write to", () => {
      using temporary = temporaryDirectory();
      const path = join(temporary.path, "a.lock");
      writeFileSync(path, "");
      chmodSync(path, 0o666);
      assertRefused(temporary.path, "is writable by everybody");
      assert.equal(statSync(path).mode & 0o777, 0o666);
    });
  });

  describe("of another user", () => {
    before(skipUnlessRoot);

    it("refuses it", () => {
      using temporary = temporaryDirectory();
      const path = join(temporary.path, "a.lock");
      writeFileSync(path, "");
      chownSync(path, 65534, 65534);
      assertRefused(temporary.path, "belongs to uid 65534");
    });

    it("takes it from the group with which the directory is shared", () => {
      using temporary = temporaryDirectory();
      chownSync(temporary.path, 0, 65533);
      chmodSync(temporary.path, 0o2770);
      const path = join(temporary.path, "a.lock");
      writeFileSync(path, "");
      chownSync(path, 65534, 65533);
      openLockFile(path).close();
      chownSync(path, 65534, 65534);
      assertRefused(temporary.path, "belongs to uid 65534");
    });
  });

  it("blames the directory for a file that cannot be made there", () => {
    using temporary = temporaryDirectory();
    using _user = withoutPrivileges(temporary.path);
    chmodSync(temporary.path, 0o500);
    assert.throws(
      () => openLockFile(join(temporary.path, "a.lock")),
      (error) =>
        LockPathError.is(error, "lock_directory") &&
        error.message.includes(`"${temporary.path}" is not writable for this user`),
    );
  });

  it("blames the file that cannot be opened", () => {
    using temporary = temporaryDirectory();
    using _user = withoutPrivileges(temporary.path);
    writeFileSync(join(temporary.path, "a.lock"), "", { mode: 0o400 });
    assertRefused(temporary.path, "cannot be opened: EACCES");
  });

  it("sees that its path leads elsewhere", () => {
    using temporary = temporaryDirectory();
    const directory = join(temporary.path, "locks");
    using opened = open(join(directory, "a.lock"));
    const { file } = opened;
    assert.equal(file.isInPlace(), true);
    rmSync(file.path);
    assert.equal(file.isInPlace(), false);
    writeFileSync(file.path, "");
    assert.equal(file.isInPlace(), false);
    using again = open(file.path);
    assert.equal(again.file.isInPlace(), true);
    renameSync(directory, `${directory}-gone`);
    assert.equal(again.file.isInPlace(), false);
  });

  function open(path: string): Disposable & { readonly file: ReturnType<typeof openLockFile> } {
    const file = openLockFile(path);
    return { file, [Symbol.dispose]: () => file.close() };
  }

  function assertRefused(directory: string, why: string): void {
    const path = join(directory, "a.lock");
    assert.throws(
      () => openLockFile(path),
      (error) => {
        assert(LockPathError.is(error, "lock_file"), String(error));
        assert.equal((error as LockPathError).path, path);
        assert(error.message.includes(why), error.message);
        return true;
      },
    );
    assert.deepEqual(openFilesBelow(directory), []);
  }
});

describe("the counter in a lock file", () => {
  before(skipUnlessLinux);
  const wallNowMs = 1_700_000_000_000;
  const floor = 1_700_000_000_000_000n;

  it("begins with the wall clock in microseconds and is kept in the file", () => {
    using temporary = temporaryDirectory();
    assert.equal(draw(temporary.path, wallNowMs), floor);
    assert.equal(readFileSync(join(temporary.path, "a.lock"), "utf8"), "0001700000000000000\n");
  });

  it("goes on when the clock stands still or has gone back", () => {
    using temporary = temporaryDirectory();
    draw(temporary.path, wallNowMs);
    assert.equal(draw(temporary.path, wallNowMs), floor + 1n);
    assert.equal(draw(temporary.path, wallNowMs - 86_400_000), floor + 2n);
  });

  for (const content of [
    "",
    "\n",
    "nonsense",
    "00017000\n",
    "9223372036854775807\n",
    "9".repeat(40),
    "-000000000000000001\n",
  ]) {
    it(`takes ${JSON.stringify(content)} for no count`, () => {
      using temporary = temporaryDirectory();
      writeFileSync(join(temporary.path, "a.lock"), content);
      assert.equal(draw(temporary.path, wallNowMs), floor);
      assert.equal(draw(temporary.path, 0), floor + 1n);
    });
  }

  function draw(directory: string, nowMs: number): bigint {
    const file = openLockFile(join(directory, "a.lock"));
    try {
      return file.nextToken(nowMs);
    } finally {
      file.close();
    }
  }
});

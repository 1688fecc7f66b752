import { lockKey } from "@fenceline/core";
import { temporaryDirectory } from "./counting.js";
import { type PythonKind, startPython } from "./processes.js";
import { needsPython } from "./requirements.js";
import { sharesLocks } from "./shared-locks.js";

interface FileNeighbour {
  readonly title: string;
  readonly kind: PythonKind;
  readonly needs: Mocha.Func;
  /** What it is told to find the locks in a directory. */
  where(directory: string): string;
  /** Its name for a lock, and ours. */
  theirs(id: string): string;
  ours(id: string): string;
}

const inDirectory = (directory: string): string => directory;
const byUrl = (directory: string): string => `file://${directory}`;
const same = (id: string): string => id;
const withPrefix = (id: string): string => `cinder-${id}`;

const neighbours: readonly FileNeighbour[] = [
  {
    title: "locks of Cinder between the processes of a host",
    kind: "cinder-node",
    needs: needsPython("python3-cinder", "cinder.utils"),
    where: inDirectory,
    theirs: same,
    ours: same,
  },
  {
    title: "locks of Cinder's coordination on file://",
    kind: "cinder",
    needs: needsPython("python3-cinder", "cinder.coordination"),
    where: byUrl,
    theirs: same,
    ours: (id) => `${id}-delete_volume`,
  },
  {
    title: "external locks of oslo.concurrency",
    kind: "oslo",
    needs: needsPython("python3-oslo.concurrency", "oslo_concurrency.lockutils"),
    where: inDirectory,
    theirs: (id) => `volumes/${id}`,
    ours: (id) => `volumes/${id}`,
  },
  {
    title: "locks of tooz on file://",
    kind: "tooz",
    needs: needsPython("python3-tooz", "tooz"),
    where: byUrl,
    theirs: withPrefix,
    ours: same,
  },
  {
    title: "lock files of fasteners",
    kind: "fasteners",
    needs: needsPython("python3-fasteners", "fasteners"),
    where: inDirectory,
    theirs: withPrefix,
    ours: same,
  },
];

for (const { title, kind, needs, where, theirs, ours } of neighbours) {
  describe(`with ${title}`, () => {
    before(function () {
      if (process.platform === "linux") return;
      console.log(`- skipped: with ${title}: needs Linux`);
      this.skip();
    });
    before(needs);

    let directory: ReturnType<typeof temporaryDirectory>;
    before(() => {
      directory = temporaryDirectory();
    });
    after(() => directory?.[Symbol.dispose]());

    sharesLocks({
      start: (ids, task) => startPython(kind, where(directory.path), ids.map(theirs), task),
      startUnlocked: (task) => startPython("unlocked", "", [], task),
      options: () => ({ etcd: false, lockFiles: "cinder", lockDirectory: directory.path }),
      key: (id) => lockKey("node", ours(id)),
      retryMs: 200,
    });
  });
}

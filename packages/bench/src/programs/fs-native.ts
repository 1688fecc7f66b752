// The floor at node scope: the library's calls alone, on a file that is opened for the lock and closed after it.
import { closeSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Load } from "../load.js";
import { runLoad } from "./run-load.js";
import { serve } from "./serve.js";
import { readSettings } from "./settings.js";
import { versionOf } from "./versions.js";

const { directory } = readSettings();
const locks = createRequire(import.meta.url)("fs-native-extensions") as {
  tryLock(fd: number): boolean;
  unlock(fd: number): void;
};

await serve(
  { "fs-native-extensions": versionOf("fs-native-extensions"), node: process.versions.node },
  {
    run: (load: Load) =>
      runLoad(load, ([name = ""]) => {
        const file = join(directory, name);
        return async () => {
          const fd = openSync(file, "a+", 0o600);
          if (!locks.tryLock(fd)) throw new Error(`somebody else has ${file}`);
          return () => {
            locks.unlock(fd);
            closeSync(fd);
          };
        };
      }),
  },
);

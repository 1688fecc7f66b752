// The peer at node scope on npm: a directory beside the file, refreshed by a timer.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import lockfile from "proper-lockfile";
import type { Load } from "../load.js";
import { runLoad } from "./run-load.js";
import { serve } from "./serve.js";
import { readSettings } from "./settings.js";
import { versionOf } from "./versions.js";

const { directory } = readSettings();

await serve(
  { "proper-lockfile": versionOf("proper-lockfile"), node: process.versions.node },
  {
    run: (load: Load) =>
      runLoad(load, ([name = ""]) => {
        const file = join(directory, name);
        writeFileSync(file, "");
        return () => lockfile.lock(file);
      }),
  },
);

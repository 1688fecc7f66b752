// The peer at process scope: a mutex in memory, without a token, a signal or an owner.
import { Mutex } from "async-mutex";
import type { Load } from "../load.js";
import { runLoad } from "./run-load.js";
import { serve } from "./serve.js";
import { versionOf } from "./versions.js";

const mutexes = new Map<string, Mutex>();

function mutexOf(name: string): Mutex {
  const mutex = mutexes.get(name) ?? new Mutex();
  mutexes.set(name, mutex);
  return mutex;
}

await serve(
  { "async-mutex": versionOf("async-mutex"), node: process.versions.node },
  {
    run: (load: Load) =>
      runLoad(
        load,
        ([name = ""]) =>
          () =>
            mutexOf(name).acquire(),
      ),
  },
);

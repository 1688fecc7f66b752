// `npm run jepsen`: installs and builds what Jepsen's workloads need, then runs them with the same arguments.
import { runBuilt } from "./lib/built-program.js";

await runBuilt("integration/chaos", "dist/src/jepsen/main.js");

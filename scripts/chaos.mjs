// `npm run chaos`: installs and builds what the chaos runner needs, then runs it with the same arguments.
import { runBuilt } from "./lib/built-program.js";

await runBuilt("integration/chaos", "dist/src/main.js");

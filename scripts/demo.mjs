// `npm run demo`: installs and builds what the demo needs, then runs it with the same arguments.
import { runBuilt } from "./lib/built-program.js";

await runBuilt("examples/volume-service", "dist/main.js");

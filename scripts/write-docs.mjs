// `npm run docs`: writes the parts of the documentation that are made from the code, and from the results of the
// fault tests that were kept last.
import { writeSections } from "./lib/written-sections.js";

for (const page of await writeSections()) console.log(`wrote what is made from the code in ${page}`);

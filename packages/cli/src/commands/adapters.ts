import { parseArgs } from "node:util";
import { catalogue } from "../catalogue.js";
import type { Command } from "../command.js";
import { describeVendor, markdown, plain } from "../describe-vendor.js";
import { exitCodes } from "../exit-codes.js";
import { findVendor } from "../find-vendor.js";
import { parse } from "../parse.js";
import { vendors } from "../vendors.js";

/** `fenceline adapters`: the catalogue of all locks that the adapters know. */
export const adapters: Command = {
  name: "adapters",
  summary: "Lists the locks of storage drivers that the adapter packages supply.",
  usage: `usage: fenceline adapters [--json | --markdown] [<vendor> …]

  <vendor>    the end of a package's name: "huawei" for @fenceline/adapter-huawei. Default: all.
  --json      a list of objects, one for each place where a lock was read; a file that holds no
              lock although documentation lists it has the scope "none"
  --markdown  the text of docs/adapters.md`,
  async run(args, output) {
    const { positionals, values } = parse(() =>
      parseArgs({
        args: [...args],
        allowPositionals: true,
        options: { json: { type: "boolean" }, markdown: { type: "boolean" } },
      }),
    );
    const chosen = positionals.length === 0 ? vendors : positionals.map(findVendor);
    if (values.json) output.print(JSON.stringify(catalogue(chosen), null, 2));
    else {
      const style = values.markdown ? markdown : plain;
      output.print(chosen.map((vendor) => describeVendor(vendor, style)).join("\n\n"));
    }
    return exitCodes.ok;
  },
};

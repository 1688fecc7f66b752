import { basename } from "node:path";
import { parseArgs } from "node:util";
import { type LockKey, liftKey, lockLocation, nameLocks, renderKey } from "@fenceline/core";
import { type Command, UsageError } from "../command.js";
import { exitCodes } from "../exit-codes.js";
import { findVendor } from "../find-vendor.js";
import { parse } from "../parse.js";

/** `fenceline key`: the name of one lock of an adapter, and where it lies. */
export const key: Command = {
  name: "key",
  summary: "Prints the name of a lock of a storage driver, and where it lies.",
  usage: `usage: fenceline key [options] <vendor> <definition> [<parameter>=<value> …]

  <vendor>        the end of a package's name, as \`fenceline adapters\` has it: "huawei"
  <definition>    the kind of lock: "mapping"
  <parameter>     a parameter of the lock's name: host=compute-1

  --release <r>          the name that this release of Cinder uses: 15.0.0. Default: the current one
  --per array            the name with the array in it, where there is one
  --global               where it lies when \`minimumScope: "global"\` lifts it
  --namespace <n>        what the keys in etcd begin with. Default: fenceline
  --lock-directory <d>   where the files of node locks are. Default: as for \`connect\`
  --lock-path <d>        where Cinder has its files: its option lock_path
  --json                 the same as an object`,
  async run(args, output) {
    const { positionals, values } = parse(() =>
      parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
          release: { type: "string" },
          per: { type: "string" },
          global: { type: "boolean" },
          namespace: { type: "string" },
          "lock-directory": { type: "string" },
          "lock-path": { type: "string" },
          json: { type: "boolean" },
        },
      }),
    );
    const [vendorName, definitionName, ...assignments] = positionals;
    if (vendorName === undefined) throw new UsageError("which vendor, and which lock?");
    const vendor = findVendor(vendorName);
    const naming = { release: values.release, per: values.per as "array" | undefined };
    const definition = nameLocks(vendor.definitions, naming)[definitionName ?? ""];
    if (definition === undefined) {
      const known = Object.keys(vendor.definitions).join(", ") || "none";
      throw new UsageError(`which lock of ${vendor.name}? There are: ${known}`);
    }
    const declared = renderKey(definition, toParameters(assignments, Object.keys(definition.parameters)));
    const taken = values.global ? liftKey(declared, "global") : declared;
    const places = placesOf(taken, {
      namespace: values.namespace,
      lockDirectory: values["lock-directory"],
      lockPath: values["lock-path"],
    });
    output.print(values.json ? JSON.stringify({ ...taken, places }, null, 2) : describe(taken, places));
    return exitCodes.ok;
  },
};

function toParameters(assignments: readonly string[], known: readonly string[]): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const assignment of assignments) {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(assignment) ?? [];
    if (name === undefined || value === undefined || !known.includes(name)) {
      throw new UsageError(
        `"${assignment}" is not <parameter>=<value>; parameters are ${known.join(", ") || "none"}`,
      );
    }
    parameters[name] = value;
  }
  return parameters;
}

interface PlaceOptions {
  readonly namespace: string | undefined;
  readonly lockDirectory: string | undefined;
  readonly lockPath: string | undefined;
}

/** Where a lock lies, in each wire format and for each naming of lock files. */
interface Places {
  readonly queue?: string | undefined;
  readonly etcdctl?: string | undefined;
  readonly cinderKey?: string | undefined;
  readonly file?: string | undefined;
  readonly cinderFile?: string | undefined;
}

function placesOf(taken: LockKey, { lockDirectory, lockPath, namespace }: PlaceOptions): Places {
  if (taken.scope === "process") return {};
  const own = lockLocation(taken, { namespace, lockDirectory, wire: "etcd" });
  const cinder = lockLocation(taken, {
    namespace,
    wire: "cinder",
    lockFiles: "cinder",
    lockDirectory: lockPath ?? "/",
  });
  if (taken.scope === "global") {
    return { queue: own.queuePrefix, etcdctl: own.queueName, cinderKey: cinder.toozKey };
  }
  const file = cinder.path as string;
  return { file: own.path, cinderFile: lockPath === undefined ? `<lock_path>/${basename(file)}` : file };
}

function describe({ name, scope }: LockKey, places: Places): string {
  const lines = [`name    ${name}`, `scope   ${scope}`];
  if (scope === "process") lines.push("It lies in the memory of one process.");
  if (scope === "node") {
    lines.push(`file    ${places.file}`, `        ${places.cinderFile}, with lockFiles: "cinder"`);
  }
  if (scope === "global") {
    lines.push(
      `etcd    ${places.queue}, a queue in which \`etcdctl lock '${places.etcdctl}'\` stands too`,
      `        ${places.cinderKey}, with wire: "cinder"`,
    );
  }
  return lines.join("\n");
}

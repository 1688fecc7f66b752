import { basename } from "node:path";
import { parseArgs } from "node:util";
import { type AcquireOptions, type ConnectOptions, type LockKey, lockKey, type Scope } from "@fenceline/core";
import { UsageError } from "../command.js";
import { readDuration } from "../duration.js";
import { parse } from "../parse.js";

/** What a command line of `fenceline lock` asks for. */
export interface LockOptions {
  readonly keys: readonly LockKey[];
  readonly connect: ConnectOptions;
  /** What `--etcd` says, to be read as `FENCELINE_ETCD` is. */
  readonly etcd: string | undefined;
  readonly acquire: Pick<AcquireOptions, "timeoutMs" | "operation">;
  readonly ifAvailable: boolean;
  readonly killAfterMs: number;
  readonly quiet: boolean;
  readonly json: boolean;
  /** The program and its arguments; nothing to hold the lock until interrupted. */
  readonly command: readonly [string, ...string[]] | undefined;
}

export const lockUsage = `usage: fenceline lock [options] NAME... [-- command args...]

  NAME                   the lock; several are taken together or not at all
  command                runs while the lock is held, on this stdin, stdout and stderr; signals are passed
                         on, and its exit code becomes this one's. Without it, key and token are printed,
                         and the lock is held until SIGINT, SIGTERM, SIGHUP or SIGQUIT

  --scope <s>            process, node (this host) or global. Default: global
  --timeout <d>          how long to wait at most: 500ms, 30s, 2m, 1h. Default: no limit
  --try                  take it only if it is free now
  --kill-after <d>       the time from SIGTERM to SIGKILL when the lock is lost. Default: 5s
  --operation <text>     what those who wait are told. Default: the name of the command
  --node <n>             the name of this node. Default: the host name
  --quiet                do not say who is in the way
  --json                 print key and token as JSON, in one line

  --etcd <e>             a URL, etcd://h1:2379,h2:2379/namespace?ttl=10s, or endpoints separated by
                         commas. Default: FENCELINE_ETCD, else ETCDCTL_ENDPOINTS; ETCDCTL_CACERT, _CERT,
                         _KEY and _USER count with each
  --namespace <n>        what the keys in etcd begin with. Default: fenceline
  --ttl <d>              how soon the lock is free if this process dies. Default: 10s
  --wire <w>             etcd, cinder, or cinder,etcd for both. Default: etcd
  --lock-directory <d>   where the files of node locks are. Default: as for \`connect\`
  --lock-files <f>       fenceline, or cinder to name them as Cinder does. Default: fenceline

The command finds in its environment
  FENCELINE_LOCK         the name of the lock; of several, one a line
  FENCELINE_TOKEN        its fencing token, of the first lock if there are several
  FENCELINE_TOKENS       the tokens of all locks, one a line
  FENCELINE_NODE         the name of this node

When the lock is lost, this is said at once, and the command's process group is sent SIGTERM, then SIGKILL.

exit codes, beside the command's own
  64   the command line is wrong, or does not say where etcd is
  69   etcd cannot be reached, or cannot serve
  71   this host cannot take node locks
  73   not granted within --timeout
  74   not free, with --try
  75   the lock was lost
  77   etcd refuses the user or the certificate
  126  the command cannot be executed
  127  there is no such command
  128+n  interrupted by signal n while it waited; or signal n has ended the command`;

const options = {
  scope: { type: "string" },
  timeout: { type: "string" },
  try: { type: "boolean" },
  "kill-after": { type: "string" },
  operation: { type: "string" },
  node: { type: "string" },
  quiet: { type: "boolean" },
  json: { type: "boolean" },
  etcd: { type: "string" },
  namespace: { type: "string" },
  ttl: { type: "string" },
  wire: { type: "string" },
  "lock-directory": { type: "string" },
  "lock-files": { type: "string" },
} as const;

/** Longest text that an owner record takes. */
const LONGEST_OPERATION = 200;

/** Throws `UsageError` or, for a name or a scope that cannot be, `InvalidArgumentError`. */
export function readLockOptions(args: readonly string[]): LockOptions {
  const separator = args.indexOf("--");
  const own = separator === -1 ? args : args.slice(0, separator);
  const command = separator === -1 ? undefined : readCommand(args.slice(separator + 1));
  const { positionals: names, values } = parse(() =>
    parseArgs({ args: [...own], allowPositionals: true, options }),
  );
  if (names.length === 0) throw new UsageError("which lock?");
  if (values.try && values.timeout !== undefined) throw new UsageError("--try does not wait: no --timeout");
  const timeoutMs = readDuration("timeout", values.timeout);
  if (timeoutMs === 0) throw new UsageError("--timeout 0 does not wait: use --try");
  if (values.json && command !== undefined) throw new UsageError("--json is for a lock without a command");
  if (values.etcd?.trim() === "") throw new UsageError("--etcd is empty");
  const scope = (values.scope ?? "global") as Scope;
  return {
    keys: names.map((name) => lockKey(scope, name)),
    connect: {
      // Without the member, `connect` looks into the environment.
      ...(scope === "global" ? {} : { etcd: false }),
      ttlMs: readDuration("ttl", values.ttl),
      node: values.node,
      namespace: values.namespace,
      // `connect` checks these two.
      wire: values.wire?.split(",") as ConnectOptions["wire"],
      lockFiles: values["lock-files"] as ConnectOptions["lockFiles"],
      lockDirectory: values["lock-directory"],
    },
    etcd: values.etcd,
    acquire: {
      timeoutMs,
      operation: values.operation ?? (command && basename(command[0]).slice(0, LONGEST_OPERATION)),
    },
    ifAvailable: values.try ?? false,
    killAfterMs: readDuration("kill-after", values["kill-after"] ?? "5s"),
    quiet: values.quiet ?? false,
    json: values.json ?? false,
    command,
  };
}

function readCommand([program, ...args]: readonly string[]): LockOptions["command"] {
  if (!program) throw new UsageError("which command? There is none after --");
  return [program, ...args];
}

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Command, Peer, PeerName } from "./peer.js";

const INSTALL = "is not here; `npm run bench -- --install` fetches it";

/**
 * All peers of this machine. Those in other languages come from the environment: `FENCELINE_BENCH_GO` names the
 * compiled Go program, and Python finds its libraries by `PYTHONPATH`.
 */
export function listPeers(env: NodeJS.ProcessEnv): readonly Peer[] {
  const go = env["FENCELINE_BENCH_GO"];
  return [
    node("fenceline", "Fenceline", "#0f766e", "fenceline", "global"),
    node("traced-off", "Fenceline, tracing without SDK", "#5eaaa3", "fenceline", "traced-off"),
    node("traced", "Fenceline, traced and measured", "#99c9c4", "fenceline", "traced"),
    node("floor", "floor: two bare transactions", "#8b8f98", "floor"),
    node("etcd3-lock", "npm etcd3 Lock", "#b45309", "etcd3-lock"),
    {
      name: "go",
      title: "Go concurrency.Mutex",
      colour: "#3b82c4",
      variant: "",
      found: go ? { command: go, args: [] } : { missing: `Go's clientv3 ${INSTALL}` },
    },
    { name: "tooz", title: "Python tooz", colour: "#a16bb5", variant: "", found: findPython("tooz", "tooz") },
    node("async-mutex", "npm async-mutex", "#b45309", "async-mutex"),
    node("fs-native", "bare fs-native-extensions", "#8b8f98", "fs-native"),
    {
      name: "fasteners",
      title: "Python fasteners",
      colour: "#a16bb5",
      variant: "",
      found: findPython("fasteners", "files"),
    },
    node("proper-lockfile", "npm proper-lockfile", "#b45309", "proper-lockfile"),
  ];
}

function node(name: PeerName, title: string, colour: string, program: string, variant = ""): Peer {
  const script = fileURLToPath(new URL(`../programs/${program}.js`, import.meta.url));
  // The warnings, of an etcd with known holes, are for those who run a service on it.
  const args = ["--expose-gc", "--no-warnings", script];
  return { name, title, colour, variant, found: { command: process.execPath, args } };
}

/** Debian's Python, as its libraries are. */
const PYTHON = "/usr/bin/python3";

function findPython(library: string, program: string): Command | { readonly missing: string } {
  const { status } = spawnSync(PYTHON, ["-c", `import ${library}`], { stdio: "ignore" });
  if (status !== 0) return { missing: `Python's ${library} ${INSTALL}` };
  const script = fileURLToPath(new URL(`../../peers/python/${program}.py`, import.meta.url));
  return { command: PYTHON, args: [script] };
}

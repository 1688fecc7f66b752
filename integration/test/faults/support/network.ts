import { randomBytes, randomInt } from "node:crypto";
import { networkInterfaces } from "node:os";
import { run } from "./requirements.js";
import { undoAtTheEnd } from "./undo.js";

/** One host of a network: a namespace with an address, in which programs run. */
export interface NetworkHost {
  readonly address: string;
  /** What a command begins with that is to run on this host. */
  readonly command: readonly string[];
  /** Drops everything between this host and another one, or all others. */
  cutOff(other?: NetworkHost): Promise<void>;
  /** Drops what comes from another host, and lets through what goes there. */
  deafTo(other: NetworkHost): Promise<void>;
  /** Drops so many of the packets that come in, 0 to 1. */
  lose(share: number): Promise<void>;
  /** Lets no more than so many bits a second out. */
  slowDown(kbits: number): Promise<void>;
  /** Ends all faults of this host. */
  heal(): Promise<void>;
}

/** What is needed for `createNetwork`. */
export const NETWORK_PROGRAMS: readonly string[] = ["ip", "iptables", "tc"];

export interface Network extends AsyncDisposable {
  readonly hosts: readonly NetworkHost[];
}

/**
 * Hosts on a bridge, each in a network namespace of its own. This process reaches them too, through an interface that
 * comes and goes with them.
 */
export async function createNetwork(size: number): Promise<Network> {
  const id = randomBytes(4).toString("hex");
  const bridge = `fenceline-${id}-bridge`;
  const spaces = Array.from({ length: size }, (_, index) => `fenceline-${id}-${index + 1}`);
  const subnet = chooseSubnet();
  const ip = (...args: readonly string[]): Promise<void> => run("ip", ...args);
  const remove = undoAtTheEnd('for name; do ip netns del "$name" 2>/dev/null; done; :', bridge, ...spaces);

  /** Both ends of a cable: one here or in a namespace, the other at the bridge. */
  const plug = async (space: string | undefined, name: string, address: string): Promise<void> => {
    const at = space === undefined ? [] : ["-n", space];
    const port = `p${address.split(".").at(-1)}`;
    await ip(...at, "link", "add", name, "type", "veth", "peer", "name", port, "netns", bridge);
    await ip(...at, "addr", "add", `${address}/24`, "dev", name);
    await ip(...at, "link", "set", name, "up");
    await ip("-n", bridge, "link", "set", port, "master", "br0", "up");
  };
  try {
    await ip("netns", "add", bridge);
    await ip("-n", bridge, "link", "add", "br0", "type", "bridge");
    await ip("-n", bridge, "link", "set", "br0", "up");
    await plug(undefined, `fl-${id}`, `${subnet}.254`);
    for (const [index, space] of spaces.entries()) {
      await ip("netns", "add", space);
      await ip("-n", space, "link", "set", "lo", "up");
      await plug(space, "eth0", `${subnet}.${index + 1}`);
    }
  } catch (error) {
    await remove[Symbol.asyncDispose]();
    throw error;
  }
  return {
    hosts: spaces.map((space, index) => createHost(space, `${subnet}.${index + 1}`)),
    [Symbol.asyncDispose]: () => remove[Symbol.asyncDispose](),
  };
}

function createHost(space: string, address: string): NetworkHost {
  const iptables = (...args: readonly string[]): Promise<void> =>
    run("ip", "netns", "exec", space, "iptables", "-w", ...args);
  return {
    address,
    command: ["ip", "netns", "exec", space],
    async cutOff(other) {
      await iptables(
        "-A",
        "INPUT",
        ...(other === undefined ? ["-i", "eth0"] : ["-s", other.address]),
        "-j",
        "DROP",
      );
      await iptables(
        "-A",
        "OUTPUT",
        ...(other === undefined ? ["-o", "eth0"] : ["-d", other.address]),
        "-j",
        "DROP",
      );
    },
    deafTo: (other) => iptables("-A", "INPUT", "-s", other.address, "-j", "DROP"),
    lose: (share) =>
      iptables(
        ...["-A", "INPUT", "-i", "eth0", "-m", "statistic", "--mode", "random"],
        ...["--probability", String(share), "-j", "DROP"],
      ),
    slowDown: (kbits) =>
      run(
        ...(["tc", "-n", space, "qdisc", "replace", "dev", "eth0", "root"] as const),
        ...["tbf", "rate", `${kbits}kbit`, "burst", "4kb", "latency", "400ms"],
      ),
    async heal() {
      await iptables("-F");
      await run("tc", "-n", space, "qdisc", "del", "dev", "eth0", "root").catch(() => {}); // there may be none
    },
  };
}

/** One of 198.18.0.0/15, which RFC 2544 keeps for tests, that this machine has no address in. */
function chooseSubnet(): string {
  const used = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
  for (;;) {
    const subnet = `198.${randomInt(18, 20)}.${randomInt(256)}`;
    if (!used.some((address) => address.startsWith(`${subnet}.`))) return subnet;
  }
}

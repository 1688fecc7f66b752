import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type PowermaxDriver, powermax } from "@fenceline/adapter-dell-emc-powermax";
import { type HuaweiDriver, huawei } from "@fenceline/adapter-huawei";
import { type FlashSystemDriver, flashsystem } from "@fenceline/adapter-ibm-flashsystem";
import { type AnyLockDefinition, type Coordinator, FencelineError } from "@fenceline/core";
import { createNodes, type TestNodes } from "./nodes.js";

/** Long enough for any of these calls, short enough to see that two of them wait for each other. */
const TIMEOUT = { timeoutMs: 20_000 };

const serialNumber = "000197800123";
const view = { maskingViewName: "OS-host1-MV", serialNumber };
const child = "OS-host1-SG";
const defaultGroup = "OS-default-SG";

/** A driver of which every guarded method does nothing, but for those that are given. */
function driverWith<Driver extends object>(
  definitions: Readonly<Record<string, AnyLockDefinition>>,
  methods: Partial<Driver> & ThisType<Driver>,
): Driver {
  const guarded = Object.values(definitions).flatMap(({ guards }) => guards.map(({ method }) => method));
  const idle = Object.fromEntries(guarded.map((method) => [method, async () => {}]));
  return Object.assign(idle, methods) as Driver;
}

/** Something that one call waits for until the test lets it go on. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe("calls that take locks in opposite orders", () => {
  let nodes: TestNodes;
  let first: Coordinator;
  let second: Coordinator;

  beforeEach(async () => {
    nodes = await createNodes("deadlocks");
    first = await nodes.connect("first");
    second = await nodes.connect("second");
  });
  afterEach(() => nodes[Symbol.asyncDispose]());

  it("wait for each other when they ask one by one: the harm that the adapters avoid", async () => {
    const nested = (node: Coordinator, outer: string, inner: string): Promise<void> =>
      node.withLock(outer, async () => {
        await sleep(200);
        await node.withLock(inner, { timeoutMs: 1_000 }, () => {});
      });
    const results = await Promise.allSettled([nested(first, "a", "b"), nested(second, "b", "a")]);
    const failed = results.filter(
      (result) => result.status === "rejected" && FencelineError.is(result.reason, "lock_timeout"),
    );
    assert.notEqual(failed.length, 0);
  });

  describe("PowerMax, attach against detach", () => {
    /** The moves of a volume that has come this far; they stop at these gates. */
    const attacher = (inView: () => Promise<void>): PowermaxDriver =>
      powermax.guard(
        first,
        driverWith<PowermaxDriver>(powermax.definitions, {
          async initializeConnection() {
            await this.setupMaskingView(view);
          },
          async setupMaskingView() {
            await inView();
            await this.moveVolumeBetweenGroups({ sourceName: defaultGroup, targetName: child, serialNumber });
          },
        }),
        TIMEOUT,
      );
    const detacher = (inView: () => Promise<void>): PowermaxDriver =>
      powermax.guard(
        second,
        driverWith<PowermaxDriver>(powermax.definitions, {
          async terminateConnection() {
            await this.removeAndResetMembers({ deviceId: "000A1" });
          },
          async removeAndResetMembers() {
            await this.removeVolumeFromMaskedGroup({ ...view, parentName: "OS-host1-parent" });
          },
          async removeVolumeFromMaskedGroup() {
            await inView();
            await this.moveVolumeToDefaultGroup({
              storageGroupName: child,
              defaultGroupName: defaultGroup,
              serialNumber,
            });
          },
        }),
        TIMEOUT,
      );
    const viewQueue = `emc-mv-${view.maskingViewName}-${serialNumber}`;

    it("ends when the detach waits for the view of an attach that still needs the groups", async () => {
      const { open, opened } = gate();
      const attaching = attacher(() => opened).initializeConnection({ id: "v1" });
      await nodes.untilQueued(viewQueue, 1);
      const detaching = detacher(async () => {}).terminateConnection({ id: "v2" });
      await nodes.untilQueued(viewQueue, 2);
      open();
      await Promise.all([attaching, detaching]);
    });

    it("ends when the attach waits for the view of a detach that still needs the groups", async () => {
      const { open, opened } = gate();
      const detaching = detacher(() => opened).terminateConnection({ id: "v2" });
      await nodes.untilQueued(viewQueue, 1);
      const attaching = attacher(async () => {}).initializeConnection({ id: "v1" });
      await nodes.untilQueued(viewQueue, 2);
      open();
      await Promise.all([attaching, detaching]);
    });

    it("ends for moves into and out of the default group, however they meet", async () => {
      const [out, back] = [attacher(async () => {}), detacher(async () => {})];
      const moves = Array.from({ length: 20 }, (_, i) => [
        out.moveVolumeBetweenGroups({ sourceName: defaultGroup, targetName: child, serialNumber }),
        back.moveVolumeToDefaultGroup({
          storageGroupName: child,
          defaultGroupName: defaultGroup,
          serialNumber,
        }),
        out.initializeConnection({ id: `v${i}` }),
        back.terminateConnection({ id: `w${i}` }),
      ]);
      await Promise.all(moves.flat());
    });
  });

  it("Huawei: the creation of a QoS policy that fails and removes it ends, where Cinder's hangs", async () => {
    const events: string[] = [];
    const driverOn = (node: Coordinator): HuaweiDriver =>
      huawei.guard(
        node,
        driverWith<HuaweiDriver>(huawei.definitions, {
          async addQos(policy) {
            events.push(`add ${policy}`);
            await this.restCall();
            await this.removeQos(policy);
            events.push(`added ${policy}`);
          },
          async removeQos(policy) {
            events.push(`remove ${policy}`);
          },
        }),
        TIMEOUT,
      );
    const [a, b] = [driverOn(first), driverOn(second)];
    await Promise.all([a.addQos("p1"), b.addQos("p2"), a.removeQos("p3"), b.removeQos("p4")]);
    const at = events.indexOf("add p1");
    assert.deepEqual(events.slice(at, at + 3), ["add p1", "remove p1", "added p1"]);
  });

  for (const minimumScope of ["process", "global"] as const) {
    it(`FlashSystem: an attach that fails and detaches ends beside detaches, with ${minimumScope} locks at least`, async () => {
      const driverOn = async (name: string): Promise<FlashSystemDriver> =>
        flashsystem.guard(
          await nodes.connect(name, { minimumScope }),
          driverWith<FlashSystemDriver>(flashsystem.definitions, {
            async initializeConnection(volume, connector) {
              await this.mapVdiskToHost("vdisk", connector);
              await sleep(5);
              await this.terminateConnection(volume, connector);
            },
            async terminateConnection(_volume, connector) {
              await sleep(5);
              await this.unmapVdiskFromHost("vdisk", connector);
            },
          }),
          TIMEOUT,
        );
      const [a, b] = [await driverOn("third"), await driverOn("fourth")];
      const calls = Array.from({ length: 10 }, () => [
        a.initializeConnection({}, {}),
        b.initializeConnection({}, {}),
        a.terminateConnection({}, {}),
        b.terminateConnection({}, {}),
      ]);
      await Promise.all(calls.flat());
    });
  }
});

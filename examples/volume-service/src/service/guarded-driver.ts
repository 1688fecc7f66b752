import { type Coordinator, currentLock, lockKey } from "@fenceline/core";
import type { ArrayAddress } from "../arrays/plan.js";
import { openArray } from "./array-connection.js";
import { InfinidatDriver } from "./drivers/infinidat.js";
import { KaminarioDriver } from "./drivers/kaminario.js";
import { SolidFireDriver } from "./drivers/solidfire.js";
import { UnityDriver } from "./drivers/unity.js";
import type { VolumeDriver } from "./drivers/volume-driver.js";

// TODO: adapters
export function createGuardedDriver(
  coordinator: Coordinator | undefined,
  { name: array, vendor, address }: ArrayAddress,
  user: string,
): VolumeDriver {
  const config = { address, open: () => openArray({ array, address, user, lock: currentLock() }) };
  switch (vendor) {
    case "infinidat":
      return temporaryGuard(coordinator, new InfinidatDriver(config), array);
    case "kaminario":
      return temporaryGuard(coordinator, new KaminarioDriver(config), array);
    case "solidfire":
      return temporaryGuard(coordinator, new SolidFireDriver(config), array);
    case "unity":
      return temporaryGuard(coordinator, new UnityDriver(config), array);
  }
}

function temporaryGuard(
  coordinator: Coordinator | undefined,
  driver: VolumeDriver,
  array: string,
): VolumeDriver {
  if (coordinator === undefined) return driver;
  const solidfire = array.startsWith("solidfire");
  const hostKey = (host: string) => lockKey("global", array.startsWith("unity") ? `${array}-${host}` : array);
  return {
    createVolume: (volume) => driver.createVolume(volume),
    createClonedVolume: (volume, source) =>
      solidfire
        ? coordinator.withLock(`solidfire-${source.id}`, () => driver.createClonedVolume(volume, source))
        : driver.createClonedVolume(volume, source),
    initializeConnection: (volume, connector) =>
      solidfire
        ? driver.initializeConnection(volume, connector)
        : coordinator.withLock(hostKey(connector.host), () => driver.initializeConnection(volume, connector)),
    terminateConnection: (volume, connector) =>
      solidfire
        ? driver.terminateConnection(volume, connector)
        : coordinator.withLock(hostKey(connector.host), () => driver.terminateConnection(volume, connector)),
  };
}

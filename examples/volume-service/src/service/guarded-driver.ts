import { unity } from "@fenceline/adapter-dell-emc-unity";
import { infinidat } from "@fenceline/adapter-infinidat";
import { kaminario } from "@fenceline/adapter-kaminario";
import { solidfire } from "@fenceline/adapter-solidfire";
import { type Coordinator, currentLock, guard } from "@fenceline/core";
import type { ArrayAddress } from "../arrays/plan.js";
import { openArray } from "./array-connection.js";
import { InfinidatDriver } from "./drivers/infinidat.js";
import { KaminarioDriver } from "./drivers/kaminario.js";
import { SolidFireDriver } from "./drivers/solidfire.js";
import { UnityDriver } from "./drivers/unity.js";
import type { VolumeDriver } from "./drivers/volume-driver.js";

/** The arrays' fence refuses what comes late, so no lock has to rest after its holder's death. */
const fenced = { lockDelayMs: 0 };

/**
 * Makes an array's driver and puts it under its vendor's locks. Without a coordinator it is left as it is.
 *
 * @param user the name under which the driver works on the array
 */
export function createGuardedDriver(
  coordinator: Coordinator | undefined,
  { name: array, vendor, address }: ArrayAddress,
  user: string,
): VolumeDriver {
  const open = () => openArray({ array, address, user, lock: currentLock() });
  switch (vendor) {
    case "infinidat": {
      const driver = new InfinidatDriver({ address, open });
      return coordinator ? infinidat.guard(coordinator, driver, fenced) : driver;
    }
    case "kaminario": {
      const driver = new KaminarioDriver({ address, open });
      return coordinator ? kaminario.guard(coordinator, driver, fenced) : driver;
    }
    case "unity": {
      const driver = new UnityDriver({ address, open });
      return coordinator ? unity.guard(coordinator, driver, fenced) : driver;
    }
    case "solidfire": {
      const driver = new SolidFireDriver({ address, open });
      return coordinator ? guardClones(coordinator, driver) : driver;
    }
  }
}

/** Of its vendor's calls this driver has one. `minimumScope` makes the lock, one of the process, cover all nodes. */
function guardClones(coordinator: Coordinator, driver: SolidFireDriver): SolidFireDriver {
  return guard(coordinator, driver, {
    createClonedVolume: (_driver, _volume, source) => ({
      ...solidfire.source({ sourceId: source.id }),
      ...fenced,
    }),
  });
}

import { cinder } from "@fenceline/adapter-cinder";
import { powermax } from "@fenceline/adapter-dell-emc-powermax";
import { unity } from "@fenceline/adapter-dell-emc-unity";
import { dothill } from "@fenceline/adapter-dothill";
import { eternus } from "@fenceline/adapter-fujitsu-eternus";
import { hgst } from "@fenceline/adapter-hgst";
import { hpe3par } from "@fenceline/adapter-hpe-3par";
import { lefthand } from "@fenceline/adapter-hpe-lefthand";
import { huawei } from "@fenceline/adapter-huawei";
import { ds8k } from "@fenceline/adapter-ibm-ds8k";
import { flashsystem } from "@fenceline/adapter-ibm-flashsystem";
import { storwize } from "@fenceline/adapter-ibm-storwize";
import { ibmXiv } from "@fenceline/adapter-ibm-xiv";
import { infinidat } from "@fenceline/adapter-infinidat";
import { instorage } from "@fenceline/adapter-inspur-instorage";
import { kaminario } from "@fenceline/adapter-kaminario";
import { lio } from "@fenceline/adapter-lio";
import { nec } from "@fenceline/adapter-nec";
import { netappNfs } from "@fenceline/adapter-netapp-nfs";
import { nvmet } from "@fenceline/adapter-nvmet";
import { stx } from "@fenceline/adapter-seagate-stx";
import { solidfire } from "@fenceline/adapter-solidfire";
import type { AnyLockDefinition, FileWithoutLock } from "@fenceline/core";

/** An adapter package: what it exports, under which name. */
export interface Vendor {
  /** As in `@fenceline/adapter-<name>`. */
  readonly name: string;
  readonly export: string;
  readonly definitions: Readonly<Record<string, AnyLockDefinition>>;
  readonly withoutLock: readonly FileWithoutLock[];
}

const adapters = {
  cinder: { cinder },
  "dell-emc-powermax": { powermax },
  "dell-emc-unity": { unity },
  dothill: { dothill },
  "fujitsu-eternus": { eternus },
  hgst: { hgst },
  "hpe-3par": { hpe3par },
  "hpe-lefthand": { lefthand },
  huawei: { huawei },
  "ibm-ds8k": { ds8k },
  "ibm-flashsystem": { flashsystem },
  "ibm-storwize": { storwize },
  "ibm-xiv": { ibmXiv },
  infinidat: { infinidat },
  "inspur-instorage": { instorage },
  kaminario: { kaminario },
  lio: { lio },
  nec: { nec },
  "netapp-nfs": { netappNfs },
  nvmet: { nvmet },
  "seagate-stx": { stx },
  solidfire: { solidfire },
};

/** The adapters of all vendors, by the names of their packages. */
export const vendors: readonly Vendor[] = Object.entries(adapters).map(([name, exported]) => {
  const [[exportName, adapter]] = Object.entries(exported) as [[string, Omit<Vendor, "name" | "export">]];
  return { name, export: exportName, definitions: adapter.definitions, withoutLock: adapter.withoutLock };
});

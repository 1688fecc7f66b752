import type { ArrayPlan } from "../arrays/plan.js";
import type { Attachment } from "../service/drivers/volume-driver.js";
import type { ClusterClient } from "./cluster-client.js";

const WORKERS_PER_ARRAY = 4;
const HOSTS = ["compute-1", "compute-2"];
/** How many volumes a worker keeps attached. */
const KEPT = 3;

/** A volume that the service says is attached. */
export interface Attached {
  readonly array: string;
  readonly volume: string;
  readonly host: string;
  readonly lun: number;
}

/** Creates the volumes that the load clones, one on each array: what everybody clones is where clones meet. */
export async function createTemplates(client: ClusterClient, arrays: readonly ArrayPlan[]): Promise<void> {
  await Promise.all(arrays.map(({ name }) => client.call("create", "/volumes", { id: `${name}.template` })));
}

/** How many attachments the service has reported, and how many of them were not on the array when looked for. */
export interface Audit {
  attached: number;
  lost: number;
}

export interface LoadOptions {
  readonly client: ClusterClient;
  readonly arrays: readonly ArrayPlan[];
  /** Looks at the array itself whether the volume is where the service said. */
  readonly isThere: (attached: Attached) => Promise<boolean>;
  /** No operation begins after this. */
  readonly until: AbortSignal;
}

/**
 * Several users at once, each of whom creates or clones a volume, attaches it to a host, and detaches an older
 * one, over and over. Before a volume is detached, and at the end, its attachment is looked for.
 */
export async function runLoad(options: LoadOptions): Promise<Audit> {
  const audit = { attached: 0, lost: 0 };
  const workers = options.arrays.flatMap(({ name }) =>
    Array.from({ length: WORKERS_PER_ARRAY }, (_, worker) => runWorker(name, worker, audit, options)),
  );
  await Promise.all(workers);
  return audit;
}

async function runWorker(
  array: string,
  worker: number,
  audit: Audit,
  { client, isThere, until }: LoadOptions,
): Promise<void> {
  const attached: Attached[] = [];
  const inspectOldest = async (): Promise<Attached> => {
    const oldest = attached.shift() as Attached;
    audit.attached++;
    if (!(await isThere(oldest))) audit.lost++;
    return oldest;
  };

  for (let turn = 0; !until.aborted; turn++) {
    const volume = `${array}.w${worker}-${turn}`;
    const host = HOSTS[(worker + turn) % HOSTS.length] as string;
    try {
      if (Math.random() < 0.5) await client.call("create", "/volumes", { id: volume });
      else await client.call("clone", `/volumes/${array}.template/clone`, { id: volume });
      const { lun } = await client.call<Attachment>("attach", `/volumes/${volume}/attach`, { host });
      attached.push({ array, volume, host, lun });
      if (attached.length <= KEPT) continue;
      const oldest = await inspectOldest();
      await client.call("detach", `/volumes/${oldest.volume}/detach`, { host: oldest.host });
    } catch {
      // The client has counted it as failed; a user would go on with something else.
    }
  }
  while (attached.length > 0) await inspectOldest();
}

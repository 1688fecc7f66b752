import { HttpError } from "../json-http.js";
import { type Caller, OverlapRecord } from "./overlap-record.js";
import { WriteFence } from "./write-fence.js";

/** What an array's token guards: all of it, or each host and each volume on its own. As wide as its driver's lock. */
export type FencedBy = "array" | "object";

/** A management connection to the array, as the array sees it. */
export interface ArrayCaller extends Caller {
  /** The fencing token of the step under way, if the caller sent one. */
  token?: bigint | undefined;
}

export interface HostEntry {
  readonly id: number;
  readonly name: string;
  /** Which volume the host sees under which LUN. */
  readonly luns: Record<string, string>;
}

interface VolumeEntry {
  readonly attributes: Record<string, unknown>;
  /** Hosts that reach the volume without a LUN, by the volume's own target. */
  readonly access: Set<string>;
}

/**
 * A storage array reduced to what goes wrong. Like real ones it does each single step faithfully and knows
 * nothing of the operation that the step belongs to: it adds a host of a name that it has, and maps a volume
 * to a LUN that is in use, because it was told to.
 */
export class StorageArray {
  readonly name: string;
  readonly fence: WriteFence = new WriteFence();
  readonly record: OverlapRecord = new OverlapRecord();
  /** What went wrong, by kind, and how often. */
  readonly damage: Record<string, number> = {};
  readonly #fencedBy: FencedBy;
  readonly #hosts = new Map<number, HostEntry>();
  /** The names of all hosts that ever were, by id: a late write to one that is gone is still judged by its token. */
  readonly #hostNames: string[] = [];
  readonly #volumes = new Map<string, VolumeEntry>();
  /** Attributes on their own, to tell whose were lost: cloning is a write to the source volume, too. */
  readonly #attributes = new OverlapRecord();

  constructor(name: string, fencedBy: FencedBy) {
    this.name = name;
    this.#fencedBy = fencedBy;
  }

  findHosts(caller: ArrayCaller, name: string): HostEntry[] {
    this.#look(caller, `host ${name}`);
    return [...this.#hosts.values()].filter((host) => host.name === name);
  }

  readHost(caller: ArrayCaller, id: number): HostEntry {
    this.#look(caller, this.#hostObject(id));
    return this.#host(id);
  }

  addHost(caller: ArrayCaller, name: string): HostEntry {
    this.#change(caller, `host ${name}`);
    if ([...this.#hosts.values()].some((host) => host.name === name)) this.#damaged("duplicate host");
    const host = { id: this.#hostNames.push(name) - 1, name, luns: {} };
    this.#hosts.set(host.id, host);
    return host;
  }

  removeHost(caller: ArrayCaller, id: number): void {
    this.#change(caller, this.#hostObject(id));
    const host = this.#host(id);
    if (Object.keys(host.luns).length > 0) this.#damaged("host in use removed");
    this.#hosts.delete(id);
  }

  mapLun(caller: ArrayCaller, id: number, lun: string, volume: string): void {
    this.#change(caller, this.#hostObject(id));
    const host = this.#host(id);
    this.#volume(volume);
    if ((host.luns[lun] ?? volume) !== volume) this.#damaged("LUN given twice");
    host.luns[lun] = volume;
  }

  unmapLun(caller: ArrayCaller, id: number, lun: string): void {
    this.#change(caller, this.#hostObject(id));
    const host = this.#host(id);
    delete host.luns[lun];
  }

  /** Creates a volume, empty or as a clone. Asked again for a volume that is there, it leaves it as it is. */
  createVolume(caller: ArrayCaller, name: string, source?: string): void {
    this.#change(caller, `volume ${source ?? name}`);
    if (source !== undefined) this.#volume(source);
    if (!this.#volumes.has(name)) this.#volumes.set(name, { attributes: {}, access: new Set() });
  }

  readAttributes(caller: ArrayCaller, name: string): Record<string, unknown> {
    this.#look(caller, `volume ${name}`);
    this.#attributes.read(caller, name);
    return this.#volume(name).attributes;
  }

  /** Replaces all attributes: who wrote in between is overwritten. */
  writeAttributes(caller: ArrayCaller, name: string, attributes: Record<string, unknown>): void {
    this.#change(caller, `volume ${name}`);
    if (this.#attributes.write(caller, name)) this.#damaged("attributes overwritten");
    this.#volumes.set(name, { ...this.#volume(name), attributes });
  }

  /** Lets a host reach a volume, or no longer: one step, in which nothing can come between. */
  setAccess(caller: ArrayCaller, name: string, host: string, allowed: boolean): void {
    this.#change(caller, `access ${name}`);
    const { access } = this.#volume(name);
    if (allowed) access.add(host);
    else access.delete(host);
  }

  /** Where a volume can be reached: `["compute-1 lun 3"]`. */
  attachments(volume: string): string[] {
    const mapped = [...this.#hosts.values()].flatMap((host) =>
      Object.entries(host.luns)
        .filter(([, mappedVolume]) => mappedVolume === volume)
        .map(([lun]) => `${host.name} lun ${lun}`),
    );
    const accessed = [...(this.#volumes.get(volume)?.access ?? [])].map((host) => `${host} lun 0`);
    return [...mapped, ...accessed];
  }

  /** The resource under which an object's tokens are compared. */
  #resource(object: string): string {
    return this.#fencedBy === "array" ? this.name : `${this.name} ${object}`;
  }

  #look(caller: ArrayCaller, object: string): void {
    if (caller.token !== undefined) this.fence.admit(this.#resource(object), caller.token);
    this.record.read(caller, object);
  }

  /** Every write comes through here: first the token, then the record. */
  #change(caller: ArrayCaller, object: string): void {
    const { user, token } = caller;
    const resource = this.#resource(object);
    if (token !== undefined && !this.fence.admit(resource, token)) {
      this.fence.refuse(user, resource, token);
      throw new HttpError(409, `token ${token} is older than one seen for ${resource}`);
    }
    this.record.write(caller, object);
  }

  #damaged(what: string): void {
    this.damage[what] = (this.damage[what] ?? 0) + 1;
  }

  #hostObject(id: number): string {
    return `host ${this.#hostNames[id] ?? id}`;
  }

  #host(id: number): HostEntry {
    const host = this.#hosts.get(id);
    if (host === undefined) throw new HttpError(404, `${this.name} has no host ${id}`);
    return host;
  }

  #volume(name: string): VolumeEntry {
    const volume = this.#volumes.get(name);
    if (volume === undefined) throw new HttpError(404, `${this.name} has no volume ${name}`);
    return volume;
  }
}

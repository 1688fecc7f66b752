import { readFileSync } from "node:fs";
import type { TlsOptions } from "../connect-options.js";
import { EtcdError } from "../errors.js";

/** Certificates and keys as bytes. */
export interface Credentials {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}

/** Reads what is given as a path. Throws `EtcdError` with code `etcd_tls` for a file that cannot be read. */
export function readCredentials(tls: TlsOptions): Credentials {
  return { ca: readPem("ca", tls.ca), cert: readPem("cert", tls.cert), key: readPem("key", tls.key) };
}

function readPem(name: string, source: string | Uint8Array | undefined): Buffer | undefined {
  if (source === undefined) return undefined;
  if (typeof source !== "string") return Buffer.from(source);
  if (source.includes("-----BEGIN")) return Buffer.from(source);
  try {
    return readFileSync(source);
  } catch (cause) {
    throw new EtcdError("etcd_tls", `cannot read \`etcd.tls.${name}\` from "${source}"`, { cause });
  }
}

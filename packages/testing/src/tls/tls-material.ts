import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CertificateOptions, createCertificateAuthority } from "./certificates.js";

/** A PEM file and what is in it. */
export interface PemFile {
  readonly path: string;
  readonly pem: Buffer;
}

/** A certificate with its key and the authority that the other side is checked against. */
export interface CertificateFiles {
  readonly ca: PemFile;
  readonly cert: PemFile;
  readonly key: PemFile;
}

/** What clients of a cluster need. The files are removed with the cluster. */
export interface TlsMaterial extends CertificateFiles {
  /**
   * The same from another authority, which this cluster does not trust and which did not sign its server's
   * certificate: for tests that expect a refusal.
   */
  readonly foreign: CertificateFiles;
  /** The client's own, which was valid until a minute ago: to be refused as well. */
  readonly expired: CertificateFiles;
}

/** The TLS files of a cluster from all sides. */
export interface ClusterTls {
  readonly client: TlsMaterial;
  /** For etcd's own flags. */
  readonly server: CertificateFiles;
  /** For etcd's JSON gateway, which refuses certificates with a common name once authentication is on. */
  readonly gateway: CertificateFiles;
}

/** Makes certificates for a cluster and writes them into a directory, which is created. */
export async function writeClusterTls(directory: string, clientName: string): Promise<ClusterTls> {
  await mkdir(directory, { mode: 0o700 });
  const own = await createAuthorityIn(directory, "ca");
  const foreign = await createAuthorityIn(directory, "foreign-ca");
  const usages = ["clientAuth"] as const;
  return {
    client: {
      ...(await own.issue("client", { commonName: clientName, usages })),
      foreign: await foreign.issue("foreign-client", { commonName: clientName, usages }),
      expired: await own.issue("expired-client", {
        ...{ commonName: clientName, usages },
        notAfter: new Date(Date.now() - 60_000),
      }),
    },
    server: await own.issue("server", {
      commonName: "etcd",
      // The gateway calls etcd itself as a client, with the server's certificate.
      usages: ["serverAuth", "clientAuth"],
      hosts: ["localhost", "127.0.0.1"],
    }),
    gateway: await own.issue("gateway", { commonName: "", usages }),
  };
}

interface AuthorityFiles {
  issue(file: string, options: CertificateOptions): Promise<CertificateFiles>;
}

async function createAuthorityIn(directory: string, file: string): Promise<AuthorityFiles> {
  const authority = createCertificateAuthority(`fenceline test ${file}`);
  const ca = await writePem(join(directory, `${file}.crt`), authority.cert);
  return {
    async issue(name, options) {
      const { cert, key } = authority.issue(options);
      return {
        ca,
        cert: await writePem(join(directory, `${name}.crt`), cert),
        key: await writePem(join(directory, `${name}.key`), key),
      };
    },
  };
}

async function writePem(path: string, pem: string): Promise<PemFile> {
  await writeFile(path, pem, { mode: 0o600 });
  return { path, pem: Buffer.from(pem) };
}

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIPv4 } from "node:net";
import * as der from "./der.js";

/** A certificate with its private key, both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** etcd takes it for the name of the user, where authentication is on. May be empty. */
  readonly commonName: string;
  /** What the certificate may be used for. */
  readonly usages: readonly ("serverAuth" | "clientAuth")[];
  /** DNS names and IPv4 addresses that a server is reached by. */
  readonly hosts?: readonly string[] | undefined;
  /** Until when it is valid, from an hour ago on; may have passed. Default: in a week. */
  readonly notAfter?: Date | undefined;
}

export interface CertificateAuthority {
  /** The authority's own certificate, PEM. */
  readonly cert: string;
  issue(options: CertificateOptions): Certificate;
}

const VALID_MS = 7 * 86_400_000;
/** For machines that talk to each other with clocks that do not quite agree. */
const CLOCK_SKEW_MS = 3_600_000;

const ECDSA_WITH_SHA256 = der.sequence(der.objectIdentifier("1.2.840.10045.4.3.2"));
const COMMON_NAME = "2.5.4.3";
const SUBJECT_KEY_ID = "2.5.29.14";
const KEY_USAGE = "2.5.29.15";
const SUBJECT_ALT_NAME = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const AUTHORITY_KEY_ID = "2.5.29.35";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const USAGES = { serverAuth: "1.3.6.1.5.5.7.3.1", clientAuth: "1.3.6.1.5.5.7.3.2" };

/**
 * A throw-away certificate authority for tests: P-256 keys, certificates (RFC 5280) that are valid for a week.
 * Node can sign but has no function that makes a certificate, so the few fields are written here.
 */
export function createCertificateAuthority(commonName: string): CertificateAuthority {
  const authority = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const authorityKeyId = keyId(authority.publicKey);

  const certify = (
    subject: string,
    publicKey: KeyObject,
    extensions: Buffer[],
    notAfter = new Date(Date.now() + VALID_MS),
  ): string => {
    const notBefore = new Date(Date.now() - CLOCK_SKEW_MS);
    const content = der.sequence(
      der.explicit(0, der.integer(Buffer.of(2))), // version 3
      der.integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
      ECDSA_WITH_SHA256,
      name(commonName),
      der.sequence(der.utcTime(notBefore), der.utcTime(notAfter)),
      name(subject),
      publicKey.export({ type: "spki", format: "der" }),
      der.explicit(
        3,
        der.sequence(
          extension(SUBJECT_KEY_ID, der.octetString(keyId(publicKey))),
          extension(AUTHORITY_KEY_ID, der.sequence(der.implicit(0, authorityKeyId))),
          ...extensions,
        ),
      ),
    );
    const signature = der.bitString(sign("sha256", content, authority.privateKey));
    return toPem(der.sequence(content, ECDSA_WITH_SHA256, signature));
  };

  return {
    cert: certify(commonName, authority.publicKey, [
      criticalExtension(BASIC_CONSTRAINTS, der.sequence(der.boolean(true))),
      criticalExtension(KEY_USAGE, der.bitString(Buffer.of(0b0000_0110), 1)), // signs certificates and CRLs
    ]),
    issue({ commonName: subject, usages, hosts = [], notAfter }) {
      const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const extensions = [
        criticalExtension(BASIC_CONSTRAINTS, der.sequence()),
        criticalExtension(KEY_USAGE, der.bitString(Buffer.of(0b1000_0000), 7)), // signs handshakes
        extension(EXTENDED_KEY_USAGE, der.sequence(...usages.map((it) => der.objectIdentifier(USAGES[it])))),
      ];
      if (hosts.length > 0)
        extensions.push(extension(SUBJECT_ALT_NAME, der.sequence(...hosts.map(generalName))));
      return {
        cert: certify(subject, publicKey, extensions, notAfter),
        key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
}

function name(commonName: string): Buffer {
  if (commonName === "") return der.sequence();
  const attribute = der.sequence(der.objectIdentifier(COMMON_NAME), der.utf8String(commonName));
  return der.sequence(der.set(attribute));
}

function generalName(host: string): Buffer {
  return isIPv4(host)
    ? der.implicit(7, Buffer.from(host.split(".").map(Number)))
    : der.implicit(2, Buffer.from(host));
}

function extension(id: string, value: Buffer): Buffer {
  return der.sequence(der.objectIdentifier(id), der.octetString(value));
}

function criticalExtension(id: string, value: Buffer): Buffer {
  return der.sequence(der.objectIdentifier(id), der.boolean(true), der.octetString(value));
}

function keyId(publicKey: KeyObject): Buffer {
  return createHash("sha1")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest();
}

function toPem(content: Buffer): string {
  const lines = content.toString("base64").replace(/.{64}(?!$)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import { createCertificateAuthority } from "@fenceline/testing";

describe("createCertificateAuthority", () => {
  const authority = createCertificateAuthority("test authority");
  const server = authority.issue({
    commonName: "etcd",
    usages: ["serverAuth"],
    hosts: ["localhost", "127.0.0.1"],
  });
  const client = authority.issue({ commonName: "app", usages: ["clientAuth"] });

  it("signs itself as an authority", () => {
    const certificate = new X509Certificate(authority.cert);
    assert.equal(certificate.subject, "CN=test authority");
    assert.equal(certificate.ca, true);
    assert.equal(certificate.verify(certificate.publicKey), true);
  });

  it("issues certificates that it has signed, for the hosts and usages that were asked for", () => {
    const certificate = new X509Certificate(server.cert);
    const issuer = new X509Certificate(authority.cert);
    assert.equal(certificate.subject, "CN=etcd");
    assert.equal(certificate.ca, false);
    assert.equal(certificate.checkIssued(issuer), true);
    assert.equal(certificate.verify(issuer.publicKey), true);
    assert.equal(certificate.checkHost("localhost"), "localhost");
    assert.equal(certificate.checkIP("127.0.0.1"), "127.0.0.1");
    assert.equal(certificate.checkIP("127.0.0.2"), undefined);
    assert.deepEqual(certificate.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
    assert.equal(new X509Certificate(client.cert).subjectAltName, undefined);
  });

  it("issues certificates that are valid now, and each with a number of its own", () => {
    const [one, other] = [server, client].map(({ cert }) => new X509Certificate(cert));
    assert.ok(Date.parse(one?.validFrom ?? "") < Date.now());
    assert.ok(Date.parse(one?.validTo ?? "") > Date.now() + 86_400_000);
    assert.notEqual(one?.serialNumber, other?.serialNumber);
  });

  it("issues certificates that have run out", () => {
    const notAfter = new Date(Date.now() - 60_000);
    const { cert } = authority.issue({ commonName: "app", usages: ["clientAuth"], notAfter });
    const { validFrom, validTo } = new X509Certificate(cert);
    assert.equal(Math.floor(Date.parse(validTo) / 1000), Math.floor(notAfter.getTime() / 1000));
    assert.ok(Date.parse(validFrom) < Date.parse(validTo));
  });

  it("leaves the subject empty for an empty common name", () => {
    const nameless = authority.issue({ commonName: "", usages: ["clientAuth"] });
    assert.equal(new X509Certificate(nameless.cert).subject, undefined);
  });

  it("writes long names", () => {
    const long = "ä".repeat(200);
    const certificate = new X509Certificate(createCertificateAuthority(long).cert);
    assert.equal(certificate.subject, `CN=${long}`);
  });

  it("makes a mutual handshake possible, and refuses another authority's client", async () => {
    const listener = createServer({
      ...server,
      ca: authority.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
    listener.on("secureConnection", (socket) => socket.on("error", () => {}).end("welcome"));
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as AddressInfo;
    const greetingFor = async (credentials: { cert: string; key: string }): Promise<string> => {
      const socket = connect({ port, host: "127.0.0.1", ca: authority.cert, ...credentials });
      socket.on("error", () => {});
      let greeting = "";
      socket.on("data", (chunk) => {
        greeting += chunk;
      });
      await new Promise((resolve) => socket.on("close", resolve));
      return greeting;
    };
    try {
      assert.equal(await greetingFor(client), "welcome");
      const other = createCertificateAuthority("test authority");
      assert.equal(await greetingFor(other.issue({ commonName: "app", usages: ["clientAuth"] })), "");
    } finally {
      listener.close();
    }
  });
});

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { ownEtcd } from "./suite-etcd.js";
import { openClient } from "./support/etcd-client.js";

const program = fileURLToPath(new URL("./fixtures/leaky-run.js", import.meta.url));
const PASSWORD = "canary-7Qp1xZ";

describe("passwords, tokens and keys", function () {
  this.timeout(60_000);

  it("stand in nothing that a run prints, throws, publishes, traces or writes to etcd", async () => {
    await using etcd = await ownEtcd({
      tls: "mutual",
      auth: { user: "app", password: PASSWORD, prefix: "volumes/" },
    });
    assert.ok(etcd.tls && etcd.auth);
    const { ca, cert, key } = etcd.tls;
    for (const tls of [
      { ca: ca.path, cert: cert.path, key: key.path },
      { ca: String(ca.pem), cert: String(cert.pem), key: String(key.pem) },
    ]) {
      const options = {
        etcd: { hosts: etcd.endpoints, user: "app", password: PASSWORD, tls },
        namespace: "volumes",
      };
      const child = spawn(process.execPath, [program, JSON.stringify(options)], {
        env: { ...process.env, NODE_DEBUG: "fenceline", FENCELINE_ETCD: "" },
        stdio: ["pipe", "pipe", "pipe", "pipe"],
      });
      const printed = { text: "" };
      const tokens = { text: "" };
      for (const [stream, into] of [
        [child.stdout, printed],
        [child.stderr, printed],
        [child.stdio[3] as Readable, tokens],
      ] as const) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          into.text += text;
        });
      }
      const ended = once(child, "close");
      while (!printed.text.includes("\nheld\n")) {
        await Promise.race([once(child.stdout, "data"), ended.then(() => assert.fail(printed.text))]);
      }
      using root = openClient(etcd, { auth: { username: "root", password: etcd.auth.rootPassword } });
      const stored = JSON.stringify(await root.getAll().strings());
      child.stdin.end("go on\n");
      const [code] = await ended;
      assert.equal(code, 0, printed.text);

      const found = tokens.text.trim().split("\n");
      assert.match(found[0] ?? "", /^\w{16}\.\d+$/);
      assert.match(stored, /delete_volume/);
      for (const part of ["FENCELINE ", "lock_timeout", "hold:end", "etcd_auth", "etcd_tls", "traceId"]) {
        assert.ok(printed.text.includes(part), `the run did not get to ${part}`);
      }
      const pem = readFileSync(key.path, "utf8");
      const keyLines = pem.split("\n").filter((line) => line !== "" && !line.startsWith("-----"));
      const keyBytes = Buffer.from(pem).toString("hex").slice(0, 100).replace(/../g, "$& ").trim();
      for (const secret of [PASSWORD, ...found, ...keyLines, keyBytes]) {
        assert.ok(!stored.includes(secret), `etcd has "${secret}"`);
        const at = printed.text.indexOf(secret);
        assert.equal(at, -1, `"${secret}" in: ${printed.text.slice(Math.max(at - 1_000, 0), at + 200)}`);
      }
    }
  });
});

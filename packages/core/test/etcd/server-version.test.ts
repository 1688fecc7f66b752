import assert from "node:assert/strict";
import { believesRenewals } from "../../dist/etcd/server-version.js";

describe("the version of a server", () => {
  it("decides whether an answer to a renewal is believed", () => {
    for (const version of ["3.4.38", "3.5.23", "3.6.5", "3.7.0", "4.0.0"]) {
      assert.equal(believesRenewals(version), true, version);
    }
    for (const version of ["3.3.27", "3.4.23", "3.4.37", "3.5.22", "3.6.4", "", "unknown", undefined]) {
      assert.equal(believesRenewals(version), false, String(version));
    }
  });
});

import assert from "node:assert/strict";
import { createSqlTokenGate, FencingToken, tokenGateTableSql } from "@fenceline/core";
import { openSqlTokenGateSubject, type SqlDatabase, tokenGateContract } from "@fenceline/testing";
import { openPglite } from "../support/pglite.js";

describe("the SQL token gate in PostgreSQL (PGlite)", function () {
  this.timeout(60_000);

  let database: SqlDatabase & AsyncDisposable;
  before(async () => {
    database = await openPglite();
  });
  after(() => database[Symbol.asyncDispose]());

  const open = () => openSqlTokenGateSubject(database, "contract");
  for (const { name, run } of tokenGateContract(open, { runs: 30 })) it(name, run);

  it("stores no negative number as a token", async () => {
    await database.execute(tokenGateTableSql("postgresql"), []);
    const insert = "insert into fenceline_gates values ('broken', -1)";
    await assert.rejects(async () => database.execute(insert, []), /check constraint/);
  });

  it("admits nothing over a stored negative number, as in a table without constraints", async () => {
    await database.execute("create table loose (resource text primary key, token bigint)", []);
    await database.execute("insert into loose values ('broken', -1), ('empty', null)", []);
    const gate = createSqlTokenGate({ dialect: "postgresql", execute: database.execute, table: "loose" });
    for (const resource of ["broken", "empty"]) {
      await assert.rejects(gate.admit(resource, FencingToken.from(5n)), { code: "unreadable_token" });
    }
  });
});

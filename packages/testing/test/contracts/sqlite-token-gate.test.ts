import assert from "node:assert/strict";
import { createSqlTokenGate, FencingToken, tokenGateTableSql } from "@fenceline/core";
import { openSqlTokenGateSubject, type SqlDatabase, tokenGateContract } from "@fenceline/testing";
import { openSqlite } from "../support/sqlite.js";

describe("the SQL token gate in SQLite", () => {
  let database: SqlDatabase;
  before(async () => {
    database = await openSqlite();
  });

  for (const { name, run } of tokenGateContract(() => openSqlTokenGateSubject(database, "contract"))) {
    it(name, run);
  }

  it("makes its table as often as it is asked to", async () => {
    await database.execute(tokenGateTableSql("sqlite"), []);
    await database.execute(tokenGateTableSql("sqlite"), []);
    const gate = createSqlTokenGate({ dialect: "sqlite", execute: database.execute });
    await gate.admit("volume", FencingToken.from(1n));
  });

  for (const value of ["-1", "1.5", "'abc'", "''", "null", "x'00'", "9e99"]) {
    it(`stores no ${value} as a token`, async () => {
      await database.execute(tokenGateTableSql("sqlite"), []);
      const insert = `insert into fenceline_gates values ('broken', ${value})`;
      assert.throws(() => database.execute(insert, []), /constraint failed/);
    });

    it(`admits nothing over a stored ${value}, as in a table without constraints`, async () => {
      await database.execute("create table if not exists loose (resource text primary key, token)", []);
      await database.execute(`insert or replace into loose values ('broken', ${value})`, []);
      const gate = createSqlTokenGate({ dialect: "sqlite", execute: database.execute, table: "loose" });
      await assert.rejects(gate.admit("broken", FencingToken.from(2n ** 63n - 1n)), {
        code: "unreadable_token",
      });
    });
  }
});

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createSqlTokenGate, FencingToken, tokenGateTableSql } from "@fenceline/core";
import { openSqlTokenGateSubject, type SqlDatabase, tokenGateContract } from "@fenceline/testing";
import pg from "pg";
import { findPostgresql, type PostgresqlServer, startPostgresql } from "./support/postgresql.js";

const CONNECTIONS = 8;

interface Database extends SqlDatabase, AsyncDisposable {
  connect(): Promise<pg.PoolClient>;
}

async function openDatabase(binaries: string): Promise<Database> {
  const server: PostgresqlServer = await startPostgresql(binaries);
  const createPool = (): pg.Pool => {
    const created = new pg.Pool({ ...server.connection, max: CONNECTIONS });
    // A connection that is being closed may still hear that the server ends.
    created.on("error", () => {});
    return created;
  };
  let pool = createPool();
  return {
    dialect: "postgresql",
    execute: (sql, parameters) => pool.query(sql, parameters),
    async transaction(work) {
      const client = await pool.connect();
      try {
        await client.query("begin");
        await work((sql, parameters) => client.query(sql, parameters));
        await client.query("commit");
      } catch (error) {
        await client.query("rollback");
        throw error;
      } finally {
        client.release();
      }
    },
    async restart() {
      await pool.end();
      await server.crashAndRestart();
      pool = createPool();
    },
    connect: () => pool.connect(),
    async [Symbol.asyncDispose]() {
      await pool.end();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe("the SQL token gate in PostgreSQL", () => {
  let database: Database;

  before(async function () {
    const binaries = await findPostgresql();
    if (binaries === undefined) {
      console.log("  skipped: no `postgres` with `initdb` on the PATH or in /usr/lib/postgresql");
      this.skip();
    }
    database = await openDatabase(binaries);
    await database.execute(tokenGateTableSql("postgresql"), []);
  });
  after(() => database?.[Symbol.asyncDispose]());

  const open = () => openSqlTokenGateSubject(database, "contract");
  for (const { name, run } of tokenGateContract(open)) it(name, run);

  for (const [what, before] of [
    ["a resource that is new", undefined],
    ["a resource that has a token", FencingToken.from(5n)],
  ] as const) {
    describe(`between two transactions on ${what}`, () => {
      const resource = `volume of ${what}`;
      let first: pg.PoolClient;
      let second: pg.PoolClient;

      beforeEach(async () => {
        [first, second] = await Promise.all([database.connect(), database.connect()]);
        await first.query("delete from fenceline_gates");
        if (before !== undefined) await admit(first, resource, before);
      });
      afterEach(async () => {
        for (const client of [first, second]) {
          await client.query("rollback");
          client.release();
        }
      });

      it("lets the second decide when the first has committed", async () => {
        await first.query("begin");
        await admit(first, resource, NEWER);
        await second.query("begin");
        const waiting = admit(second, resource, OLDER);
        await blocked(database, second);
        await first.query("commit");
        await assert.rejects(waiting, { code: "stale_token", newest: NEWER });
      });

      it("takes a token that was rolled back for one that never came", async () => {
        await first.query("begin");
        await admit(first, resource, NEWER);
        await second.query("begin");
        const waiting = admit(second, resource, OLDER);
        await blocked(database, second);
        await first.query("rollback");
        await waiting;
      });

      it("holds the newer token back until the older one's writes are committed", async () => {
        await first.query("begin");
        await admit(first, resource, OLDER);
        await second.query("begin");
        const waiting = admit(second, resource, NEWER);
        await blocked(database, second);
        await first.query("commit");
        await waiting;
      });

      for (const isolation of ["repeatable read", "serializable"]) {
        it(`admits nothing on an old snapshot at ${isolation}, and decides when asked again`, async () => {
          await second.query(`begin isolation level ${isolation}`);
          await second.query("select count(*) from fenceline_gates");
          await admit(first, resource, NEWER);
          await assert.rejects(admit(second, resource, OLDER), { code: "40001" });
          await second.query("rollback");

          await second.query(`begin isolation level ${isolation}`);
          await assert.rejects(admit(second, resource, OLDER), { code: "stale_token" });
        });
      }
    });
  }
});

const [OLDER, NEWER] = [FencingToken.from(6n), FencingToken.from(7n)];

function admit(client: pg.PoolClient, resource: string, token: FencingToken): Promise<void> {
  const execute = (sql: string, parameters: string[]) => client.query(sql, parameters);
  return createSqlTokenGate({ dialect: "postgresql", execute }).admit(resource, token);
}

/** Waits until a client waits for a lock. */
async function blocked(database: Database, client: pg.PoolClient): Promise<void> {
  const { processID } = client as unknown as { readonly processID: number };
  const sql = "select 1 from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'";
  while ((await database.execute(sql, [String(processID)])).rows.length === 0) await sleep(10);
}

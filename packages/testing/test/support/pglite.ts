import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { SqlDatabase } from "@fenceline/testing";

/** PostgreSQL in this process, one connection, its data in a directory of its own. */
export async function openPglite(): Promise<SqlDatabase & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), "fenceline-pglite-"));
  let database = await PGlite.create(directory);
  return {
    dialect: "postgresql",
    execute: (sql, parameters) => database.query(sql, parameters),
    transaction: (work) => database.transaction((own) => work((sql, values) => own.query(sql, values))),
    async restart() {
      await database.close();
      database = await PGlite.create(directory);
    },
    async [Symbol.asyncDispose]() {
      await database.close();
      await rm(directory, { recursive: true });
    },
  };
}

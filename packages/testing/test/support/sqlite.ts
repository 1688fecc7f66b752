import type { SqlTokenGateOptions } from "@fenceline/core";
import type { SqlDatabase } from "@fenceline/testing";
import initSqlJs from "sql.js";

/** SQLite in this process, with the one connection that an application of that kind has. */
export async function openSqlite(): Promise<SqlDatabase> {
  const SQL = await initSqlJs();
  let database = new SQL.Database();
  let idle: Promise<unknown> = Promise.resolve();

  const execute: SqlTokenGateOptions["execute"] = (sql, parameters) => {
    const statement = database.prepare(sql, parameters);
    try {
      const rows: unknown[] = [];
      while (statement.step()) rows.push(statement.getAsObject());
      return { rows };
    } finally {
      statement.free();
    }
  };

  const transaction: SqlDatabase["transaction"] = async (work) => {
    database.exec("begin immediate");
    try {
      await work(execute);
      database.exec("commit");
    } catch (error) {
      database.exec("rollback");
      throw error;
    }
  };

  return {
    dialect: "sqlite",
    execute,
    transaction(work) {
      const mine = idle.then(() => transaction(work));
      idle = mine.catch(() => {});
      return mine;
    },
    async restart() {
      const file = database.export();
      database.close();
      database = new SQL.Database(file);
    },
  };
}

import {
  createSqlTokenGate,
  type SqlDialect,
  type SqlTokenGateOptions,
  tokenGateTableSql,
} from "@fenceline/core";
import type { TokenGateSubject } from "./token-gate-contract.js";

type Execute = SqlTokenGateOptions["execute"];

/** A database as the application reaches it. */
export interface SqlDatabase {
  readonly dialect: SqlDialect;
  /** Runs a statement in a transaction of its own. */
  readonly execute: Execute;
  /** Runs `work` in a transaction: committed if it resolves, rolled back if it rejects. */
  transaction(work: (execute: Execute) => Promise<void>): Promise<void>;
  /** Stops the database and starts it again over the same data. */
  restart(): Promise<void>;
}

/**
 * What the token gate contract asks for, over a database of any driver: shows that the driver, the way in
 * which it opens transactions and the gate fit together.
 *
 * @param name distinguishes the subject's two tables, `<name>_gates` and `<name>_log`, which must not exist.
 */
export async function openSqlTokenGateSubject(
  database: SqlDatabase,
  name: string,
): Promise<TokenGateSubject> {
  const { dialect, execute } = database;
  const table = `${name}_gates`;
  const log = `"${name}_log"`;
  const first = dialect === "sqlite" ? "?" : "$1";
  const second = dialect === "sqlite" ? "?" : "$2";
  const counter = dialect === "sqlite" ? "integer" : "bigserial";
  const gateWith = (run: Execute) => createSqlTokenGate({ dialect, execute: run, table });

  await execute(tokenGateTableSql(dialect, table), []);
  await execute(`create table ${log} (position ${counter} primary key, resource text, token text)`, []);
  return {
    gate: gateWith(execute),
    write: (resource, token) =>
      database.transaction(async (run) => {
        await gateWith(run).admit(resource, token);
        await run(`insert into ${log} (resource, token) values (${first}, ${second})`, [
          resource,
          `${token}`,
        ]);
      }),
    async log(resource) {
      const { rows } = await execute(`select token from ${log} where resource = ${first} order by position`, [
        resource,
      ]);
      return rows.map((row) => BigInt((row as { readonly token: string }).token));
    },
    async reopen() {
      await database.restart();
      return gateWith(execute);
    },
    async [Symbol.asyncDispose]() {
      await execute(`drop table ${log}`, []);
      await execute(`drop table "${table}"`, []);
    },
  };
}

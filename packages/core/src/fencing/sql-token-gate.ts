import { InvalidArgumentError, UnreadableTokenError } from "../errors.js";
import { encodeName } from "../name-encoding.js";
import { expectKnownOptions } from "../options.js";
import { assertAdmission, readStored, rejectToken, type TokenGate } from "./token-gate.js";

/** The dialects for which the gate's statements were tried. */
export type SqlDialect = "postgresql" | "sqlite";

/** What a statement gave. Results of `pg` and PGlite are of this shape as they are. */
export interface SqlResult {
  /** One object for each row, by column name; of a writing statement those of its `RETURNING` clause. */
  readonly rows: readonly unknown[];
}

export interface SqlTokenGateOptions {
  readonly dialect: SqlDialect;
  /** Runs one statement **in the transaction of the write that is to be admitted**. */
  readonly execute: (sql: string, parameters: string[]) => SqlResult | Promise<SqlResult>;
  /**
   * The table that `tokenGateTableSql` made, `name` or `schema.name` of ASCII letters, digits and underscores;
   * upper and lower case differ. Default `fenceline_gates`.
   */
  readonly table?: string | undefined;
}

const DEFAULT_TABLE = "fenceline_gates";
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

interface DialectParts {
  readonly placeholder: (position: number) => string;
  readonly integerType: string;
  /** A condition that holds for tokens only. */
  readonly isToken: (column: string) => string;
}

const dialects: Readonly<Record<SqlDialect, DialectParts>> = {
  postgresql: {
    placeholder: (position) => `$${position}`,
    integerType: "bigint",
    isToken: (column) => `${column} >= 0`,
  },
  sqlite: {
    placeholder: () => "?",
    integerType: "integer",
    // A column of SQLite takes values of any type.
    isToken: (column) => `typeof(${column}) = 'integer' and ${column} >= 0`,
  },
};

/**
 * A gate in a table beside the data. Make one for each transaction, and write only after `admit`: a refusal is
 * an exception, so the transaction is rolled back, and what is admitted commits together with the write.
 *
 * One `insert … on conflict … do update … where` checks and remembers. It is right under concurrency because:
 *
 * - **PostgreSQL**, `READ COMMITTED` (the default): the statement locks the resource's row, waiting for another
 *   transaction that has it, and then evaluates its condition on the row's newest committed version, whatever
 *   the statement's snapshot was. The lock is kept until the transaction ends, so writes of two holders cannot
 *   mix. At `REPEATABLE READ` and `SERIALIZABLE` a row that changed meanwhile is error 40001: run the
 *   transaction again, the gate then decides on the new row.
 * - **SQLite** (3.35 or newer): there is one writer for the whole database. Begin with `begin immediate`, so
 *   that a busy database is noticed at the beginning and can be waited for.
 *
 * The column `resource` holds the name with every byte but ASCII letters, digits and `._:-` as `%XX`: give
 * resources names like `volume:42` if you want to find their rows without thinking.
 *
 * If the data has a row of its own for the resource, a column in that row does the same without a second
 * table, and goes when the row goes: `update volumes set …, token = $1 where id = $2 and token <= $1`.
 *
 * @throws InvalidArgumentError
 *
 * @example
 * ```ts
 * await client.query("begin");
 * const gate = createSqlTokenGate({ dialect: "postgresql", execute: (sql, values) => client.query(sql, values) });
 * await gate.admit(`volume:${id}`, lock.token);
 * await client.query("update volumes set host = $1 where id = $2", [host, id]);
 * await client.query("commit");
 * ```
 */
export function createSqlTokenGate(options: SqlTokenGateOptions): TokenGate {
  expectKnownOptions("options", options, ["dialect", "execute", "table"]);
  const { placeholder, isToken } = dialectParts(options.dialect);
  const table = quoteTable(options.table ?? DEFAULT_TABLE);
  if (typeof options.execute !== "function") {
    throw new InvalidArgumentError("execute", "a function", options.execute);
  }

  const readToken = "cast(token as text) as token";
  // Tokens travel as text in both directions: many drivers turn 64-bit integers into lossy numbers.
  const admitSql =
    `insert into ${table} as gate (resource, token) ` +
    `values (${placeholder(1)}, cast(${placeholder(2)} as bigint)) ` +
    `on conflict (resource) do update set token = excluded.token ` +
    `where gate.token <= excluded.token and ${isToken("gate.token")} returning ${readToken}`;
  const newestSql = `select ${readToken} from ${table} where resource = ${placeholder(1)}`;

  const tokensOf = async (sql: string, parameters: string[]): Promise<unknown[]> => {
    const result = await options.execute(sql, parameters);
    if (!Array.isArray(result?.rows)) {
      throw new InvalidArgumentError("execute", "a function that gives an object with `rows`", result);
    }
    return result.rows.map((row) => row?.token);
  };

  return {
    async admit(resource, token) {
      assertAdmission(resource, token);
      // ASCII only: the same in every database encoding and collation, and free of NUL.
      const name = encodeName(resource);
      const admitted = await tokensOf(admitSql, [name, token.toString()]);
      if (admitted.length > 0) return;

      const rows = await tokensOf(newestSql, [name]);
      if (rows.length === 0) {
        throw new InvalidArgumentError("execute", "a function that gives the rows of RETURNING too", rows);
      }
      const newest = readStored(resource, rows[0], rows[0]);
      // Anything but a newer token does not explain the refusal.
      if (newest <= token) throw new UnreadableTokenError(resource, rows[0]);
      throw rejectToken("sql", resource, token, newest);
    },
  };
}

/**
 * The statement that makes the gate's table unless it is there. Run it where the schema is made; the gate
 * itself never changes a schema.
 *
 * @throws InvalidArgumentError
 */
export function tokenGateTableSql(dialect: SqlDialect, table: string = DEFAULT_TABLE): string {
  const { integerType, isToken } = dialectParts(dialect);
  return (
    `create table if not exists ${quoteTable(table)} ` +
    `(resource text primary key not null, token ${integerType} not null check (${isToken("token")}))`
  );
}

function dialectParts(dialect: SqlDialect): DialectParts {
  if (!Object.hasOwn(dialects, dialect)) {
    throw new InvalidArgumentError("dialect", '"postgresql" or "sqlite"', dialect);
  }
  return dialects[dialect];
}

function quoteTable(table: string): string {
  const parts = typeof table === "string" ? table.split(".") : [];
  if (parts.length < 1 || parts.length > 2 || !parts.every((part) => IDENTIFIER.test(part))) {
    throw new InvalidArgumentError("table", "`name` or `schema.name` of ASCII letters, digits and _", table);
  }
  return parts.map((part) => `"${part}"`).join(".");
}

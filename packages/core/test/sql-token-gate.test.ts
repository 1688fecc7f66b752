import assert from "node:assert/strict";
import { FencingToken } from "../dist/fencing/fencing-token.js";
import {
  createSqlTokenGate,
  type SqlDialect,
  type SqlResult,
  type SqlTokenGateOptions,
  tokenGateTableSql,
} from "../dist/fencing/sql-token-gate.js";

const token = FencingToken.from(2n ** 63n - 1n);

interface Statement {
  readonly sql: string;
  readonly parameters: readonly string[];
}

/** A database that answers what it is told to, and keeps what it was asked. */
function createScriptedDatabase(...answers: unknown[]): {
  readonly statements: Statement[];
  readonly execute: SqlTokenGateOptions["execute"];
} {
  const statements: Statement[] = [];
  return {
    statements,
    execute(sql, parameters) {
      statements.push({ sql, parameters });
      return answers.shift() as SqlResult;
    },
  };
}

// What the databases make of the statements is tested by the token gate contract.
describe("createSqlTokenGate", () => {
  it("asks one statement for an admission, with the values beside the text", async () => {
    const { statements, execute } = createScriptedDatabase({ rows: [{ token: `${token}` }] });
    await createSqlTokenGate({ dialect: "postgresql", execute }).admit("volume/'1'", token);
    assert.equal(statements.length, 1);
    assert.deepEqual(statements[0]?.parameters, ["volume%2F%271%27", "9223372036854775807"]);
    assert.ok(!statements[0]?.sql.includes("volume"));
  });

  for (const [dialect, placeholders] of [
    ["postgresql", ["$1", "$2"]],
    ["sqlite", ["?", "?"]],
  ] as const) {
    it(`uses the placeholders of ${dialect}`, async () => {
      const { statements, execute } = createScriptedDatabase({ rows: [{}] });
      await createSqlTokenGate({ dialect, execute }).admit("volume", token);
      assert.deepEqual(statements[0]?.sql.match(/\$\d|\?/g), placeholders);
    });
  }

  it("takes a table in a schema", async () => {
    const { statements, execute } = createScriptedDatabase({ rows: [{}] });
    await createSqlTokenGate({ dialect: "postgresql", execute, table: "Fence.gates" }).admit("volume", token);
    assert.match(statements[0]?.sql ?? "", /insert into "Fence"\."gates" as gate/);
    assert.match(tokenGateTableSql("sqlite", "Fence.gates"), /exists "Fence"\."gates" /);
  });

  it("hands on the error of the database", async () => {
    const execute = async (): Promise<never> => {
      throw new Error("database is locked");
    };
    const gate = createSqlTokenGate({ dialect: "sqlite", execute });
    await assert.rejects(gate.admit("volume", token), /database is locked/);
  });

  for (const answer of [undefined, null, {}, { rows: 1 }, { rowCount: 1 }]) {
    it(`does not take ${JSON.stringify(answer)} for an admission`, async () => {
      const { execute } = createScriptedDatabase(answer);
      const gate = createSqlTokenGate({ dialect: "sqlite", execute });
      await assert.rejects(gate.admit("volume", token), { code: "invalid_argument", argument: "execute" });
    });
  }

  it("says so when the driver keeps the rows of RETURNING to itself", async () => {
    const { execute } = createScriptedDatabase({ rows: [] }, { rows: [] });
    const gate = createSqlTokenGate({ dialect: "sqlite", execute });
    await assert.rejects(gate.admit("volume", token), /rows of RETURNING/);
  });

  for (const stored of ["-5", "1.5", "abc", "", null, undefined, 7, `${2n ** 63n}`, "41"]) {
    it(`reports a stored ${JSON.stringify(stored)} that does not explain the refusal of 42`, async () => {
      const { execute } = createScriptedDatabase({ rows: [] }, { rows: [{ token: stored }] });
      const gate = createSqlTokenGate({ dialect: "sqlite", execute });
      await assert.rejects(gate.admit("volume", FencingToken.from(42n)), {
        code: "unreadable_token",
        stored,
      });
    });
  }

  const hostileTables = ["", "a b", 'a"b', "a;drop table x", "a.b.c", ".a", "a.", "1a", "ä", "x".repeat(64)];
  for (const table of [...hostileTables, 7]) {
    it(`refuses the table name ${JSON.stringify(table)}`, () => {
      const { execute } = createScriptedDatabase();
      const options = { dialect: "sqlite" as const, execute, table: table as string };
      assert.throws(() => createSqlTokenGate(options), { code: "invalid_argument", argument: "table" });
      assert.throws(() => tokenGateTableSql("sqlite", table as string), { argument: "table" });
    });
  }

  for (const dialect of ["mysql", "toString", undefined]) {
    it(`refuses the dialect ${dialect}`, () => {
      const { execute } = createScriptedDatabase();
      const options = { dialect: dialect as SqlDialect, execute };
      assert.throws(() => createSqlTokenGate(options), { code: "invalid_argument", argument: "dialect" });
    });
  }

  it("refuses an option that does not exist", () => {
    const options = { dialect: "sqlite", execute: () => ({ rows: [] }), tabel: "gates" } as const;
    assert.throws(() => createSqlTokenGate(options), { code: "invalid_argument", argument: "options" });
  });

  it("refuses to be made without a way to execute", () => {
    const options = { dialect: "sqlite" } as unknown as SqlTokenGateOptions;
    assert.throws(() => createSqlTokenGate(options), { code: "invalid_argument", argument: "execute" });
  });
});

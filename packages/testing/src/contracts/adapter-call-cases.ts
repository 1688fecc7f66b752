import assert from "node:assert/strict";
import { type AnyLockDefinition, type Coordinator, FencelineError, type LockNaming } from "@fenceline/core";
import type { CallInputs, ExampleCall, NamedExample } from "./adapter-contract.js";
import type { ContractCase } from "./contract-case.js";
import { createLocalCoordinator, type LocalCoordinator } from "./local-coordinator.js";
import { type EnteredCall, RecordingDriver } from "./recording-driver.js";

/** An adapter and its examples, without their types. */
export interface AdapterSubject {
  readonly definitions: readonly AnyLockDefinition[];
  readonly examples: Readonly<Record<string, ExampleCall>>;
  readonly guard: (coordinator: Coordinator, driver: RecordingDriver, naming?: LockNaming) => void;
}

/** What a guarded method has to keep. */
export function* callCases(subject: AdapterSubject, method: string): Generator<ContractCase> {
  const example = subject.examples[method] as ExampleCall;
  const definitions = subject.definitions.filter(({ guards }) =>
    guards.some((entry) => entry.method === method),
  );
  const parameters = new Set(definitions.flatMap(({ template }) => template.match(/\{\w+\}/g) ?? []));
  const start = (locks: LocalCoordinator, inputs?: CallInputs): Promise<StartedCall> =>
    startCall(subject, locks, method, {
      args: inputs?.args ?? example.args,
      attributes: { ...example.attributes, ...inputs?.attributes },
    });

  yield {
    name: `${method} takes its locks together, at the scopes of their definitions`,
    async run() {
      const locks = createLocalCoordinator();
      await start(locks);
      assert.deepEqual(locks.requests, [example.locks]);
      const scopes = example.locks.map((lock) => lock.slice(0, lock.indexOf(":")));
      assert.deepEqual(scopes.sort(), definitions.map(({ scope }) => scope).sort());
    },
  };

  yield {
    name: `${method} excludes a call with the same inputs until it ends`,
    async run() {
      const locks = createLocalCoordinator();
      const first = await start(locks);
      const second = await start(locks);
      assert.deepEqual([first.entered?.args, second.entered], [first.args, undefined]);
      first.entered?.finish(() => "done");
      await first.result;
      await settle();
      assert.equal(second.driver.entered.length, 1);
    },
  };

  yield {
    name: `${method} passes \`this\`, the arguments and the result through`,
    async run() {
      const { args, driver, entered, result } = await start(createLocalCoordinator());
      assert.equal(entered?.self, driver);
      assert.deepEqual(entered.args, args);
      const answer = { answer: 42 };
      entered.finish(() => answer);
      assert.equal(await result, answer);
    },
  };

  yield {
    name: `${method} passes an error through and gives its locks back`,
    async run() {
      const locks = createLocalCoordinator();
      const first = await start(locks);
      const refusal = new Error("the array refused");
      first.entered?.finish(() => {
        throw refusal;
      });
      await assert.rejects(first.result, (error) => error === refusal);
      assert.ok((await start(locks)).entered);
    },
  };

  const { elsewhere, incomplete = [], unlocked } = example;
  if (parameters.size > 0) {
    yield {
      name: `${method} does not exclude a call with other inputs`,
      async run() {
        assert.ok(elsewhere, "the example has no `elsewhere`");
        const locks = createLocalCoordinator();
        await start(locks);
        assert.ok((await start(locks, elsewhere)).entered);
      },
    };

    yield {
      name: `${method} refuses a missing input before anything is locked`,
      async run() {
        assert.equal(
          incomplete.length,
          parameters.size,
          "the example needs an `incomplete` for each parameter",
        );
        for (const inputs of incomplete) {
          const locks = createLocalCoordinator();
          const { entered, result } = await start(locks, inputs);
          assert.deepEqual([entered, locks.requests], [undefined, []]);
          await assert.rejects(result, (error) => FencelineError.is(error, "invalid_argument"));
        }
      },
    };
  }

  if (unlocked !== undefined) {
    yield {
      name: `${method} takes no lock with ${JSON.stringify(unlocked)}`,
      async run() {
        const locks = createLocalCoordinator();
        assert.ok((await start(locks, unlocked)).entered);
        assert.deepEqual(locks.requests, []);
      },
    };
  }
}

/** A call takes the locks that its example gives for another naming. */
export function namedCallCase(subject: AdapterSubject, example: NamedExample): ContractCase {
  const { locks: expected, method, naming } = example;
  return {
    name: `${method} takes ${expected.join(" and ")} with ${JSON.stringify(naming)}`,
    async run() {
      const locks = createLocalCoordinator();
      const inputs = { ...subject.examples[method], ...example };
      const { entered } = await startCall(subject, locks, method, inputs, naming);
      assert.ok(entered, "the call did not get its locks");
      assert.deepEqual(locks.requests, [expected]);
    },
  };
}

interface StartedCall {
  readonly driver: RecordingDriver;
  readonly args: readonly unknown[];
  readonly result: Promise<unknown>;
  /** Undefined as long as the call waits for its locks. */
  readonly entered: EnteredCall | undefined;
}

/** Starts a call on a driver of its own, and waits until it stands in the driver or before its locks. */
async function startCall(
  { examples, guard }: AdapterSubject,
  locks: LocalCoordinator,
  method: string,
  { args = [], attributes = {} }: CallInputs,
  naming?: LockNaming,
): Promise<StartedCall> {
  const driver = new RecordingDriver(attributes, Object.keys(examples));
  guard(locks.coordinator, driver, naming);
  const result = driver.call(method, args);
  // A case that expects the rejection awaits it later.
  result.catch(() => {});
  await settle();
  return { driver, args, result, entered: driver.entered[0] };
}

/** Everything that needs no outside event has happened when this resolves. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

import assert from "node:assert/strict";
import { type EtcdGateway, type GatewayKeyValue, toBase64 } from "../src/etcd-gateway.js";
import { listQueueEntries } from "../src/queue-entries.js";

const keyValue = (key: string, value: string, createRevision: string, lease: string): GatewayKeyValue => ({
  key: toBase64(key),
  value: toBase64(value),
  create_revision: createRevision,
  lease,
});

const record = (node: string): string => JSON.stringify({ node, operation: `${node}-1` });

/** Answers the one transaction that is asked, with what stands under each of its prefixes. */
function gatewayWith(...ranges: readonly (readonly GatewayKeyValue[] | undefined)[]): EtcdGateway {
  const responses = ranges.map((kvs) => ({ response_range: kvs === undefined ? {} : { kvs } }));
  return {
    call: async () => ({ responses }) as never,
    callMember: () => assert.fail("asks a member by itself"),
    stream: () => assert.fail("opens a stream"),
  };
}

describe("entries of queues", () => {
  it("are listed with Cinder's keys, whose holders stand in records of their own, the oldest first", async () => {
    const gateway = gatewayWith(
      [
        keyValue("chaos/locks/volume-1/1f", record("w3"), "12", "31"),
        keyValue("chaos/locks/volume-1/2a", record("w1"), "9", "42"),
      ],
      [
        keyValue("/tooz/lockscinder-volume-2", "sixteen bytes...", "10", "16"),
        keyValue("/tooz/groups/somebody", "else's", "1", "0"),
      ],
      [keyValue("chaos/owners/volume-2", record("w2"), "10", "16")],
    );
    const found = await listQueueEntries(gateway);
    assert.deepEqual(
      found.map(({ leaseId, lock, operation, worker }) => ({ leaseId, lock, operation, worker })),
      [
        { leaseId: "42", lock: "global:volume-1", operation: "w1-1", worker: "w1" },
        { leaseId: "16", lock: "global:volume-2", operation: "w2-1", worker: "w2" },
        { leaseId: "31", lock: "global:volume-1", operation: "w3-1", worker: "w3" },
      ],
    );
  });

  it("are none where etcd has no such keys", async () => {
    assert.deepEqual(await listQueueEntries(gatewayWith(undefined, undefined, undefined)), []);
  });
});

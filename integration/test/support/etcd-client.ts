import type { EtcdCluster } from "@fenceline/testing";
import { noop } from "cockatiel";
import { Etcd3, type IOptions } from "etcd3";

/** A plain client of a cluster or of one of its endpoints: what it is told fails at once, nothing is repeated. */
export function openClient(etcd: EtcdCluster, options: Partial<IOptions> = {}): Etcd3 & Disposable {
  const { tls } = etcd;
  const client = new Etcd3({
    hosts: [...etcd.endpoints],
    faultHandling: { host: () => noop, global: noop },
    defaultCallOptions: () => ({ deadline: Date.now() + 2_000 }),
    ...(tls && {
      credentials: { rootCertificate: tls.ca.pem, certChain: tls.cert.pem, privateKey: tls.key.pem },
    }),
    ...options,
  });
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

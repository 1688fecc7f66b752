import type { Coordinator, Lock } from "@fenceline/core";

/** What the examples in the documentation use and do not declare: parts of the reader's own program. */
declare global {
  interface Volume {
    readonly id: string;
  }
  interface Connector {
    readonly host: string;
  }
  interface Caller {
    readonly signal: AbortSignal | undefined;
    readonly fencingToken: bigint | undefined;
  }

  const array: { map(volume: Volume, host: string, caller: Caller): Promise<void> };
  const volume: Volume;
  const host: string;
  const connector: Connector;
  const config: { readonly managementAddress: string };
  const cleanUp: (options: { readonly signal: AbortSignal }) => Promise<void>;
  const runCinderRtstool: () => Promise<void>;
  class MyInfinidatDriver {
    constructor(settings: typeof config);
    readonly managementAddress: string;
    initializeConnection(volume: Volume, connector: Connector): Promise<void>;
    terminateConnection(volume: Volume, connector: Connector): Promise<void>;
  }
  /** Drivers of which an example shows no call. */
  const MyHuaweiDriver: new (settings: typeof config) => import("@fenceline/adapter-huawei").HuaweiDriver;
  const MyPowermaxDriver: new (
    settings: typeof config,
  ) => import("@fenceline/adapter-dell-emc-powermax").PowermaxDriver;

  /** For examples that go on where an earlier one has connected or has taken a lock. */
  const coordinator: Coordinator;
  const lock: Lock;
}

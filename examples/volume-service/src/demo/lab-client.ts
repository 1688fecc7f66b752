import type { ArrayReport, GuardedWrite } from "../arrays/lab.js";
import { requestJson } from "../json-http.js";

/** What the demo asks the arrays (see arrays/lab.ts). */
export interface LabClient {
  record(): Promise<readonly ArrayReport[]>;
  attachments(array: string, volume: string): Promise<readonly string[]>;
  /** The user's next write under a lock; it is answered after `holdMs`, if the user lives on. */
  guardedWrite(array: string, user: string, holdMs: number, timeoutMs: number): Promise<GuardedWrite>;
  newerToken(array: string, token: string, timeoutMs: number): Promise<void>;
}

export function createLabClient(address: string): LabClient {
  return {
    record: () => requestJson("GET", address, "/record"),
    attachments: (array, volume) =>
      requestJson("GET", address, `/attachments?array=${array}&volume=${volume}`),
    guardedWrite: (array, user, holdMs, timeoutMs) =>
      requestJson("POST", address, "/guarded-write", { body: { array, user, holdMs }, timeoutMs }),
    newerToken: (array, token, timeoutMs) =>
      requestJson("POST", address, "/newer", { body: { array, token }, timeoutMs }),
  };
}

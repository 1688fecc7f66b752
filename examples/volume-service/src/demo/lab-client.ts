import type { ArrayReport, HeldWrite } from "../arrays/lab.js";
import { requestJson } from "../json-http.js";

/** What the demo asks the arrays (see arrays/lab.ts). */
export interface LabClient {
  record(): Promise<readonly ArrayReport[]>;
  attachments(array: string, volume: string): Promise<readonly string[]>;
  holdWrite(array: string, user: string, timeoutMs: number): Promise<HeldWrite>;
  newerToken(array: string, token: string, timeoutMs: number): Promise<void>;
}

export function createLabClient(address: string): LabClient {
  return {
    record: () => requestJson("GET", address, "/record"),
    attachments: (array, volume) =>
      requestJson("GET", address, `/attachments?array=${array}&volume=${volume}`),
    holdWrite: (array, user, timeoutMs) =>
      requestJson("POST", address, "/hold", { body: { array, user }, timeoutMs }),
    newerToken: (array, token, timeoutMs) =>
      requestJson("POST", address, "/newer", { body: { array, token }, timeoutMs }),
  };
}

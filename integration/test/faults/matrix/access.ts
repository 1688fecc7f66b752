import type { FaultFamily } from "./fault-cell.js";

export const access: FaultFamily = {
  letter: "E",
  title: "Rights, certificates, operators",
  cells: [
    {
      id: "E1",
      fault: "the token of a password has expired, or a member has forgotten it in a restart",
      outcome: "the client gets another one without a word, and no lock is lost",
      scopes: ["global"],
      promises: ["exclusion"],
    },
    {
      id: "E2",
      fault: "the user, or its permission, is revoked while it holds a lock",
      outcome: "the lock is lost with a typed error, and no storm of requests follows (one a second)",
      scopes: ["global"],
      promises: ["exclusion", "no silent wait"],
    },
    {
      id: "E3",
      fault: "a wrong authority, no certificate, an expired one; certificates are rotated",
      outcome: "a typed error within 2 s; a rotation loses no lock",
      scopes: ["global"],
      promises: ["no silent wait", "exclusion"],
    },
    {
      id: "E4",
      fault: "an operator deletes or overwrites the key of a lock",
      outcome:
        "the holder is told with its next renewal and cannot write under its guard meanwhile; the successor's token is greater",
      scopes: ["global"],
      promises: ["exclusion", "fencing"],
      also: {
        schedules: ["delete-entry", "revoke"],
        chaos: ["lock-key-deleted", "lease-revoked"],
      },
    },
  ],
};

export * from "./attachment.js";
export * from "./replication.js";
export * from "./snapshots.js";
export * from "./storage-groups.js";

/**
 * A process that takes one lock and works under it, as `holder.ts` starts it:
 * `<options of connect> <keys> <how it works>`, the first two as JSON.
 */
import "./end-with-parent.js";
import { writeSync } from "node:fs";
import { type ConnectOptions, connect, type LockKey } from "@fenceline/core";
import { type Work, works } from "./holder-works.js";

const [options = "", keys = "", work = ""] = process.argv.slice(2);
const parsed = JSON.parse(options) as ConnectOptions;
const coordinator = await connect(parsed);
const lock = await coordinator.acquire(JSON.parse(keys) as (LockKey | string)[]);
/** Synchronously: what is told has been told, whatever happens next. */
const tell = (told: unknown): void => void writeSync(1, `${JSON.stringify(told)}\n`);
tell({ token: String(lock.token) });
await works[work as Work]({ coordinator, lock, namespace: parsed.namespace ?? "", tell });

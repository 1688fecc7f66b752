import { run } from "./requirements.js";

/** Another user of this machine, without rights: nobody. */
export const SQUATTER = 65_534;
/** A group that this user is in, and nobody else: no group of a system has this number. */
export const SQUATTERS_GROUP = 65_533;

/** What is needed to act as that user. */
export const SQUATTER_PROGRAMS: readonly string[] = ["setpriv", "sh", "mkfifo"];

/** Runs a shell script as the squatter; `$1` and so on are its arguments. */
export async function asSquatter(script: string, ...args: readonly string[]): Promise<void> {
  const become = ["--reuid", `${SQUATTER}`, "--regid", `${SQUATTERS_GROUP}`, "--clear-groups"];
  await run("setpriv", ...become, "sh", "-ec", script, "sh", ...args);
}

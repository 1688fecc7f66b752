import { main } from "../dist/main.js";

/** What a call of the command wrote, and how it ended. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls `fenceline` in this process. */
export async function fenceline(...args: string[]): Promise<Ended> {
  const written = { stdout: "", stderr: "" };
  const exitCode = await main(args, {
    print: (text) => {
      written.stdout += `${text}\n`;
    },
    complain: (text) => {
      written.stderr += `${text}\n`;
    },
  });
  return { exitCode, ...written };
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";

/**
 * Runs a shell script when it is disposed of, or when this process has ended, however that ends: the shell waits at the
 * far end of a pipe that the kernel closes with this process. For what outlives processes, such as mounts.
 */
export function undoAtTheEnd(script: string, ...args: readonly string[]): AsyncDisposable {
  const shell = spawn("sh", ["-c", `read -r _; ${script}`, "sh", ...args], {
    detached: true,
    stdio: ["pipe", "ignore", "inherit"],
  });
  const ended = once(shell, "exit");
  shell.unref();
  // A pipe of a child process is a socket, which its type does not say.
  (shell.stdin as unknown as Socket).unref();
  return {
    async [Symbol.asyncDispose]() {
      shell.ref();
      shell.stdin.end();
      const [code] = await ended;
      if (code !== 0) throw new Error(`"${script}" ended with ${code}`);
    },
  };
}

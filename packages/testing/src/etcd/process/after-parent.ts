import { spawn } from "node:child_process";

/**
 * Runs a command when this process has ended, however it ended: SIGKILL and Ctrl-C too. A shell waits at the
 * far end of a pipe that the kernel closes with this process; it has a session of its own, so that a signal
 * to the terminal's process group does not reach it.
 *
 * @returns takes the command back.
 */
export function afterParent(command: readonly string[]): Disposable {
  const shell = spawn("sh", ["-c", 'read -r _ || exec "$@"', "sh", ...command], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.unref();
  // A pipe of a child process is a socket, which its type does not say.
  (shell.stdin as unknown as { unref(): void }).unref();
  shell.stdin.on("error", () => {}); // the shell ended first: killed below
  return {
    [Symbol.dispose]() {
      shell.kill("SIGKILL");
    },
  };
}

/** The unit of times in `/proc/<pid>/stat`, which Linux fixes at a hundredth of a second. */
const TICK_US = 10_000;

/** User and system time of a process, from the text of its `/proc/<pid>/stat` (proc(5)). */
export function readCpuUs(stat: string): number {
  // The name of the program, in brackets, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  if (!Number.isInteger(user) || !Number.isInteger(system)) throw new Error(`no times in "${stat}"`);
  return (user + system) * TICK_US;
}

/** How the command ends; the numbers are those of BSD's sysexits.h where it has one for the case. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  /** The command line is wrong. */
  usage: 64,
} as const;

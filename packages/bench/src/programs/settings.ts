/** What every program is told on its command line, as one JSON object. */
export interface ProgramSettings {
  /** etcd's client endpoint; empty for scopes that need none. */
  readonly endpoint: string;
  /** A directory for lock files, empty at first. */
  readonly directory: string;
  /** Which form of the program. */
  readonly variant: string;
}

export function readSettings(): ProgramSettings {
  return JSON.parse(process.argv[2] ?? "{}") as ProgramSettings;
}

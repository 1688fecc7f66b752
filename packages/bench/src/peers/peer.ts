/** Everybody who is measured. The order is that of tables and pictures. */
export type PeerName =
  | "fenceline"
  | "traced-off"
  | "traced"
  | "floor"
  | "etcd3-lock"
  | "go"
  | "tooz"
  | "async-mutex"
  | "fs-native"
  | "fasteners"
  | "proper-lockfile";

/** How a program is started. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A program that takes locks, which can be there or not. */
export interface Peer {
  readonly name: PeerName;
  readonly title: string;
  /** The same in every picture: Fenceline green, floors grey, npm brown, Go blue, Python purple. */
  readonly colour: string;
  readonly found: Command | { readonly missing: string };
  /** What the program is told of how to behave, see `ProgramSettings`. */
  readonly variant: string;
}

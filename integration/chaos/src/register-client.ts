import { FencingToken, StaleTokenError } from "@fenceline/core";

/** One write to the register, with the token under which it is made. */
export interface RegisterWrite {
  readonly worker: string;
  readonly lock: string;
  readonly token: FencingToken;
}

/** The register as workers reach it. */
export interface RegisterClient {
  /** @throws StaleTokenError when the register has seen a newer token. */
  write(write: RegisterWrite): Promise<void>;
}

export function createRegisterClient(url: string): RegisterClient {
  return {
    async write({ lock, token, worker }) {
      const body = JSON.stringify({ worker, lock, token: `${token}` });
      const response = await fetch(url, { method: "POST", body });
      await response.arrayBuffer();
      if (response.status === 409) throw new StaleTokenError(lock, token);
      if (!response.ok) throw new Error(`the register answered ${response.status}`);
    },
  };
}

/** Reads what `write` sent. */
export function readWrite(body: string): RegisterWrite {
  const { lock, token, worker } = JSON.parse(body);
  return { worker, lock, token: FencingToken.parse(token) };
}

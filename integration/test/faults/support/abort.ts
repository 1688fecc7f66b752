/** Something that happens once or not at all, whoever asks for it first. */
export interface Abort {
  readonly promise: Promise<number>;
  readonly hasHappened: boolean;
  happened(ms: number): void;
}

export function createAbort(): Abort {
  let hasHappened = false;
  let resolve: (ms: number) => void = () => {};
  const promise = new Promise<number>((settle) => {
    resolve = settle;
  });
  return {
    promise,
    get hasHappened() {
      return hasHappened;
    },
    happened(ms) {
      hasHappened = true;
      resolve(ms);
    },
  };
}

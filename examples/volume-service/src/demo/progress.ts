/** Says that something worth a line of its own has happened. */
export type Tell = (event: string) => void;

export interface Progress {
  readonly tell: Tell;
  /** Shows how things stand: redrawn in place on a terminal, a line once in a while elsewhere. */
  status(text: string): void;
  /** Leaves the terminal as a program should. */
  end(): void;
}

export function createProgress(output: NodeJS.WriteStream): Progress {
  const startMs = performance.now();
  const clock = (): string => `${((performance.now() - startMs) / 1000).toFixed(1).padStart(5)} s`;
  const erase = output.isTTY ? "\r\u001b[K" : "";
  return {
    tell: (event) => void output.write(`${erase}${clock()}  ${event}\n`),
    status(text) {
      const line = `${clock()}  ${text}`;
      output.write(output.isTTY ? `${erase}${line.slice(0, (output.columns || 80) - 1)}` : `${line}\n`);
    },
    end: () => void output.write(erase),
  };
}

/** What a command may touch of the world. The real one is made in process.ts; tests make their own. */

export type World = {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: {
    readonly write: (text: string) => void;
    readonly isTTY: boolean;
    readonly columns: number;
  };
  readonly stderr: {
    readonly write: (text: string) => void;
    readonly isTTY: boolean;
    readonly columns: number;
  };
};

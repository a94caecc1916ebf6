/** What a command is: a name, its options, and where its code is. The code is loaded when it is asked for. */
import type { OptionTable, OptionValues } from './option.ts';
import type { World } from './world.ts';

/** What a command of its own cannot know: the others, and how to run one in a world of its making. */
export type Program = {
  readonly commands: () => readonly Command[];
  readonly run: (world: World) => Promise<ExitCode>;
};

/** What was asked: operands are the arguments that are no options; rest: those behind `--` of a command that keeps them apart. */
export type Invocation<T extends OptionTable = OptionTable> = {
  readonly world: World;
  readonly program: Program;
  readonly options: OptionValues<T>;
  readonly operands: readonly string[];
  readonly rest: readonly string[] | null;
};

/** 0 fine; 1 findings, a failed test, a call that is not routed as expected; 2 could not do the job; 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130 | ProgramCode;

declare const ofProgram: unique symbol;
/** What a program ended with that `exec` ran in a Pod: it ends with the same, as kubectl does. */
export type ProgramCode = number & { readonly [ofProgram]: true };

export type Command = {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** One paragraph for its own help. */
  readonly description: string;
  /** How operands are written in help: `[path...]`; empty where the command takes none. */
  readonly operands: string;
  /** What a shell offers for operands. */
  readonly completes: 'path' | 'command' | 'code' | null;
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  readonly options: OptionTable;
  readonly aliases: readonly string[];
  /** `exec POD -- PROGRAM`: arguments behind `--` are another program's. Otherwise they are operands. */
  readonly keepsRest: boolean;
  readonly start: (invocation: {
    readonly world: World;
    readonly program: Program;
    readonly options: Readonly<Record<string, unknown>>;
    readonly operands: readonly string[];
    readonly rest: readonly string[] | null;
  }) => Promise<ExitCode>;
};

/** A command as its file in commands/ writes it. */
export type CommandDefinition<T extends OptionTable> = Pick<
  Command,
  'name' | 'summary' | 'description'
> &
  Partial<Pick<Command, 'operands' | 'completes' | 'examples' | 'aliases' | 'keepsRest'>> & {
    readonly options: T;
    /** A dynamic import of the implementation. */
    readonly load: () => Promise<{ run: (invocation: Invocation<T>) => Promise<ExitCode> }>;
  };

export function defineCommand<T extends OptionTable>(definition: CommandDefinition<T>): Command {
  const { load, ...shown } = definition;
  return {
    operands: '',
    completes: null,
    examples: [],
    aliases: [],
    keepsRest: false,
    ...shown,
    start: async (invocation) => {
      const { run } = await load();
      // readArguments and commander fill the options by this very table.
      return run({ ...invocation, options: invocation.options as OptionValues<T> });
    },
  };
}

/** Thrown where a command cannot do its job for a reason that the user can mend: one message, one remedy, exit code 2. */
export class CannotDo extends Error {
  readonly remedy: string;

  constructor(message: string, remedy = '') {
    super(message);
    this.name = 'CannotDo';
    this.remedy = remedy;
  }
}

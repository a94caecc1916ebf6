/** Two readers of arguments, one table: the quick one answers only where commander would answer the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseByCommander } from '../../src/cli/commander-program.ts';
import { allCommands, commandCalled } from '../../src/cli/commands/registry.ts';
import { flagsOf } from '../../src/cli/option.ts';
import { readArguments } from '../../src/cli/read-arguments.ts';
import { runCommand } from './fake-world.ts';

describe('commands', () => {
  it('are found by their name and by the others that they go by', () => {
    for (const command of allCommands())
      for (const name of [command.name, ...command.aliases])
        expect(commandCalled(name)?.name).toBe(command.name);
    for (const name of ['', 'valid', 'toString', '__proto__', '--help'])
      expect(commandCalled(name)).toBeUndefined();
  });
});

describe('option tables', () => {
  it.each(allCommands().map((command) => [command.name, command] as const))(
    '%s: keys are the long flags, and no flag is taken twice',
    (_, command) => {
      const seen = new Set<string>(['-h', '--help']);
      for (const [name, spec] of Object.entries(command.options)) {
        const { short, long } = flagsOf(spec);
        const camel = long.slice(2).replace(/-(\w)/g, (__, letter: string) => letter.toUpperCase());
        expect(name).toBe(camel);
        for (const flag of short === null ? [long] : [short, long]) {
          expect(seen.has(flag), flag).toBe(false);
          seen.add(flag);
        }
      }
    },
  );

  it('are read the same by the quick reader and by commander', () => {
    for (const command of allCommands()) {
      const flags = Object.values(command.options).flatMap((spec) => {
        const { short, long } = flagsOf(spec);
        return [long, `${long}=x`, `${long}=`, ...(short === null ? [] : [short, `${short}x`])];
      });
      const words = [
        'a.yaml',
        '-',
        '',
        'json',
        '7',
        'default',
        '-x',
        '--nope',
        '--fil',
        '-qv',
        '--help',
        'never',
      ];
      const argument = fc.constantFrom(...flags, ...words);
      fc.assert(
        fc.property(fc.array(argument, { maxLength: 6 }), (args) => {
          const quick = readArguments(command.options, args);
          if (quick === null) return;
          expect(parseByCommander(command, args)).toEqual(quick);
        }),
        { numRuns: 300 },
      );
    }
  });
});

describe('a slip on the command line', () => {
  it.each([
    [['valdate'], "unknown command 'valdate' (Did you mean validate?)"],
    [['validate', '--colour', 'never'], "unknown option '--colour' (Did you mean --color?)"],
    [['validate', '-f'], "option '-f, --filename <path>' argument missing"],
    [['validate', '--max-warnings', 'few'], 'A whole number belongs here'],
    [['validate', '-o', 'jsn', 'a.yaml'], "unknown format 'jsn' (Did you mean json?)"],
    [['--vresion'], "unknown option '--vresion' (Did you mean --version?)"],
  ])('%j is answered in one line, with what was meant', async (argv, message) => {
    const { code, stdout, stderr } = await runCommand(argv);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.split('\n')[0]).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  it('without any command shows help and fails', async () => {
    const { code, stderr } = await runCommand([]);
    expect(code).toBe(2);
    expect(stderr).toContain('Usage: tcpmesh COMMAND');
  });
});

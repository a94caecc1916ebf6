/** Reads the little of sh that tutorials use: `;`, `&&`, `||`, `|`, `( )`, `{ }`, quotes, variables, `for … in …; do …; done`. */
import { ShellSyntaxError, type Token, tokenize, type Word } from './shell-tokens.ts';

export { ShellSyntaxError, type Word };

export type Command =
  | {
      readonly type: 'simple';
      readonly assignments: readonly Assignment[];
      readonly words: readonly Word[];
      readonly outputs: Outputs;
    }
  | { readonly type: 'list'; readonly items: readonly ListItem[] }
  | { readonly type: 'pipe'; readonly commands: readonly Command[] }
  | {
      readonly type: 'for';
      readonly name: string;
      readonly words: readonly Word[];
      readonly body: Command;
    };
/** Where a command's output and errors go. */
export type Outputs = {
  readonly out: 'out' | 'err' | 'nowhere';
  readonly err: 'out' | 'err' | 'nowhere';
};
export type Assignment = { readonly name: string; readonly value: Word };
/** `on`: whether it runs, by how the item before it ended. */
export type ListItem = { readonly on: 'always' | 'success' | 'failure'; readonly command: Command };

const depthMax = 20;

export function parseShell(text: string): Command {
  const parser = new Parser(tokenize(text));
  const command = parser.list([]);
  parser.expectEnd();
  return command;
}

class Parser {
  private at = 0;
  private depth = 0;
  private readonly tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  /** Up to one of the closing words, which is left unread. */
  list(closing: readonly string[]): Command {
    this.depth += 1;
    if (this.depth > depthMax) throw new ShellSyntaxError('the command is nested too deep');
    const items: ListItem[] = [];
    let on: ListItem['on'] = 'always';
    while (this.at < this.tokens.length && !closing.includes(this.peek())) {
      if (this.accept(';')) continue;
      items.push({ on, command: this.pipe() });
      if (this.accept('&&')) on = 'success';
      else if (this.accept('||')) on = 'failure';
      else if (this.accept('&')) throw new ShellSyntaxError('there are no background jobs here');
      else {
        on = 'always';
        if (!this.accept(';')) break;
      }
    }
    this.depth -= 1;
    const [only] = items;
    return items.length === 1 && only !== undefined ? only.command : { type: 'list', items };
  }

  expectEnd(): void {
    if (this.at < this.tokens.length) throw this.unexpected();
  }

  private pipe(): Command {
    const commands = [this.command()];
    while (this.accept('|')) commands.push(this.command());
    const [only] = commands;
    return commands.length === 1 && only !== undefined ? only : { type: 'pipe', commands };
  }

  private command(): Command {
    if (this.accept('(')) return this.closed(')');
    if (this.peek() === '{' && this.isWord()) {
      this.at += 1;
      return this.closed('}');
    }
    if (this.peek() === 'for' && this.isWord()) return this.loop();
    return this.simple();
  }

  private closed(by: string): Command {
    const inner = this.list([by]);
    if (this.peek() !== by) throw this.unexpected();
    this.at += 1;
    return inner;
  }

  private loop(): Command {
    this.at += 1;
    const name = this.peek();
    if (!/^[A-Za-z_]\w*$/.test(name)) throw this.unexpected();
    this.at += 1;
    if (this.peek() !== 'in') throw this.unexpected();
    this.at += 1;
    const words: Word[] = [];
    for (let word = this.word(); word !== undefined; word = this.word())
      words.push(...braces(word));
    while (this.accept(';'));
    if (this.peek() !== 'do') throw this.unexpected();
    this.at += 1;
    return { type: 'for', name, words, body: this.closed('done') };
  }

  private simple(): Command {
    const words: Word[] = [];
    const assignments: Assignment[] = [];
    let outputs: Outputs = { out: 'out', err: 'err' };
    for (;;) {
      const token = this.tokens[this.at];
      const assignment =
        token?.type === 'word' && words.length === 0 ? asAssignment(token.word) : undefined;
      if (token?.type === 'word') {
        if (assignment === undefined) words.push(token.word);
        else assignments.push(assignment);
        this.at += 1;
      } else if (token?.type === 'operator' && /^(?:2>&1|1>&2|>&2|2>|>|>>)$/.test(token.text)) {
        this.at += 1;
        outputs = this.redirect(token.text, outputs);
      } else break;
    }
    if (words.length === 0 && assignments.length === 0) throw this.unexpected();
    return { type: 'simple', assignments, words, outputs };
  }

  /** Output goes to /dev/null or where it went before; there are no files. */
  private redirect(operator: string, outputs: Outputs): Outputs {
    if (operator === '2>&1') return { ...outputs, err: outputs.out };
    if (operator === '1>&2' || operator === '>&2') return { ...outputs, out: outputs.err };
    const target = this.peek();
    this.at += 1;
    if (target !== '/dev/null')
      throw new ShellSyntaxError(`can't create ${target}: there are no files here`);
    return operator === '2>' ? { ...outputs, err: 'nowhere' } : { ...outputs, out: 'nowhere' };
  }

  private word(): Word | undefined {
    const token = this.tokens[this.at];
    if (token?.type !== 'word') return undefined;
    this.at += 1;
    return token.word;
  }

  private isWord(): boolean {
    return this.tokens[this.at]?.type === 'word';
  }

  private peek(): string {
    const token = this.tokens[this.at];
    return token === undefined ? '' : token.type === 'operator' ? token.text : (token.plain ?? '');
  }

  private accept(operator: string): boolean {
    const token = this.tokens[this.at];
    if (token?.type !== 'operator' || token.text !== operator) return false;
    this.at += 1;
    return true;
  }

  private unexpected(): ShellSyntaxError {
    if (this.peek() === '<')
      return new ShellSyntaxError(
        'there are no files here to read from: for no input write true | COMMAND',
      );
    const seen = this.at < this.tokens.length ? `"${this.peek() || 'word'}"` : 'end of file';
    return new ShellSyntaxError(`syntax error: unexpected ${seen}`);
  }
}

function asAssignment(word: Word): Assignment | undefined {
  const [first, ...rest] = word;
  if (first?.type !== 'text') return undefined;
  const match = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(first.text);
  if (match === null) return undefined;
  const text = match[2] ?? '';
  return {
    name: match[1] ?? '',
    value: [...(text === '' ? [] : [{ type: 'text' as const, text }]), ...rest],
  };
}

/** `{1..10}` in the words of a loop, as bash has it. */
function braces(word: Word): readonly Word[] {
  const [only] = word;
  const range =
    word.length === 1 && only?.type === 'text'
      ? /^\{(\d{1,4})\.\.(\d{1,4})\}$/.exec(only.text)
      : null;
  if (range === null) return [word];
  const [from, to] = [Number(range[1]), Number(range[2])];
  return Array.from(
    { length: Math.max(0, to - from + 1) },
    (_, i): Word => [{ type: 'text', text: String(from + i) }],
  );
}

/** The words and operators of a shell line: quotes, escapes and variables are known here, and nowhere after. */

/** A word is parts that follow each other: text as it stands, or a variable. */
export type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'variable'; readonly name: string };
export type Word = readonly Part[];

export class ShellSyntaxError extends Error {}

export type Token =
  | { readonly type: 'word'; readonly word: Word; readonly plain: string | undefined }
  | { readonly type: 'operator'; readonly text: string };

const tokensMax = 2000;
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let i = 0;
  while (i < text.length) {
    const rest = text.slice(i, i + 4);
    const blank = /^(?:[ \t]|\\\n)+/.exec(text.slice(i));
    if (blank !== null) {
      i += blank[0].length;
      continue;
    }
    if (rest.startsWith('#')) {
      while (i < text.length && text[i] !== '\n') i += 1;
      continue;
    }
    const operator = /^(?:2>&1|1>&2|>&2|2>|>>|&&|\|\||[;&|()<>\n])/.exec(rest)?.[0];
    if (operator !== undefined) {
      tokens.push({ type: 'operator', text: operator === '\n' ? ';' : operator });
      i += operator.length;
    } else {
      const { word, end } = readWord(text, i);
      const only = word.length === 1 ? word[0] : undefined;
      const raw = text.slice(i, end);
      const plain = only?.type === 'text' && only.text === raw ? raw : undefined;
      tokens.push({ type: 'word', word, plain });
      i = end;
    }
    if (tokens.length > tokensMax) throw new ShellSyntaxError('the command is too long');
  }
  return tokens;
}

function readWord(text: string, from: number): { readonly word: Word; readonly end: number } {
  const reader = new WordReader(text, from);
  return { word: reader.read(), end: reader.at };
}

/** One word, quotes and all, up to a blank or an operator outside quotes. */
class WordReader {
  at: number;
  private readonly text: string;
  private readonly parts: Part[] = [];
  private plain = '';
  /** Even an empty pair of quotes is a word. */
  private quoted = false;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  read(): Word {
    while (this.at < this.text.length && !/[\s;&|()<>]/.test(this.here())) {
      const char = this.here();
      if (char === "'") this.single();
      else if (char === '"') this.double();
      else this.step(false);
    }
    this.flush();
    if (this.parts.length === 0 && this.quoted) this.parts.push({ type: 'text', text: '' });
    return this.parts;
  }

  private single(): void {
    const end = this.text.indexOf("'", this.at + 1);
    if (end === -1) throw unterminated();
    this.plain += this.text.slice(this.at + 1, end);
    this.quoted = true;
    this.at = end + 1;
  }

  private double(): void {
    this.quoted = true;
    this.at += 1;
    while (this.here() !== '"') {
      if (this.at >= this.text.length) throw unterminated();
      this.step(true);
    }
    this.at += 1;
  }

  /** An escape, a variable, or a character that stands for itself. */
  private step(quoted: boolean): void {
    const char = this.here();
    if (char === '\\') this.escape(quoted);
    else if (char === '`' || this.text.startsWith('$(', this.at))
      throw new ShellSyntaxError('command substitution is not among the built-ins');
    else if (char !== '$' || !this.variable()) {
      this.plain += char;
      this.at += 1;
    }
  }

  private escape(quoted: boolean): void {
    const next = this.text[this.at + 1] ?? '';
    this.at += 2;
    // Within double quotes a backslash before anything else stands for itself.
    if (quoted && !'"\\$`\n'.includes(next)) this.plain += `\\${next}`;
    else if (next !== '\n') this.plain += next;
  }

  private variable(): boolean {
    const rest = this.text.slice(this.at, this.at + 100);
    const name = /^\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*|\?))/.exec(rest);
    if (name === null) return false;
    this.flush();
    this.parts.push({ type: 'variable', name: name[1] ?? name[2] ?? '' });
    this.at += name[0].length;
    return true;
  }

  private flush(): void {
    if (this.plain !== '') this.parts.push({ type: 'text', text: this.plain });
    this.plain = '';
  }

  private here(): string {
    return this.text[this.at] ?? '';
  }
}

function unterminated(): ShellSyntaxError {
  return new ShellSyntaxError('unterminated quoted string');
}

/** The `yaml` package's errors in words for people, with what to do. */

export type Explanation = { readonly message: string; readonly help: string };

/** start, end: offsets in the text. */
export type Mistake = Explanation & { readonly start: number; readonly end: number };

/**
 * What makes a whole document no YAML, whatever the parser stumbles over first. text: of the document; at: an offset in the line of
 * the first error.
 */
export function notYamlYet(text: string, at: number): Mistake | undefined {
  const conflict = /^(<{7}|={7}|>{7})(?=[ \r\n]|$).*$/m.exec(text);
  if (conflict !== null && /^<{7}( |\r?$)/m.test(text))
    return {
      message: 'a merge conflict was left here',
      help: 'Keep one of the two versions, and remove the lines <<<<<<<, ======= and >>>>>>>.',
      start: conflict.index,
      end: conflict.index + conflict[0].trimEnd().length,
    };
  const from = text.lastIndexOf('\n', at - 1) + 1;
  const to = text.indexOf('\n', at);
  const line = text.slice(from, to === -1 ? undefined : to);
  const action = /\{\{.*?\}\}|\{%.*?%\}|\{[{%].*/.exec(line);
  if (action === null) return undefined;
  return {
    message: 'this is a template, not YAML yet: {{ … }} is to be filled in first',
    help: 'Render it and check the result: helm template . | tcpmesh validate -',
    start: from + action.index,
    end: from + action.index + action[0].trimEnd().length,
  };
}

/**
 * A key that is indented deeper than the line before it, which has a value already: the parser takes both lines for one key. at: an
 * offset in the first of them.
 */
export function indentedTooDeep(text: string, at: number): Mistake | undefined {
  const from = text.lastIndexOf('\n', at - 1) + 1;
  const both =
    /^( *)(?:- +)*[^\s#:"'[{][^\n:]*: +[^\s#|>&][^\n]*\n((?: *(?:#[^\n]*)?\r?\n)*)( +)([^\s:#-][^\n:]*:)(?= |\r?\n|$)/;
  const found = both.exec(text.slice(from));
  if (found === null) return undefined;
  const [whole, outer = '', , inner = '', key = ''] = found;
  if (inner.length <= outer.length) return undefined;
  const start = from + whole.length - key.length;
  return {
    message: 'this line is indented deeper than the one before it, which has a value already',
    help: 'Indent it like its neighbours.',
    start,
    end: start + key.length - 1,
  };
}

/** code and message: the package's. */
export function explainSyntax(code: string, message: string): Explanation {
  if (/^Unexpected \S+ at node end/.test(message))
    return {
      message: 'more stands here, though the value before it has ended',
      help: 'Quote the whole value, or begin a new line for what follows.',
    };
  return (
    unclosed(message) ??
    explanations[code] ?? {
      message: lowerFirst(message.replace(/\s*\n[\s\S]*$/, '').replace(/ at line \d+.*$/, '')),
      help: 'Mend the YAML here; nothing of this document was checked.',
    }
  );
}

/** The opening of something that is never closed, once it is found. */
export function neverClosed(open: string): Explanation {
  return {
    message: `this ${open} is never closed`,
    help: `Add the closing ${open === '[' ? ']' : open === '{' ? '}' : open} where it belongs.`,
  };
}

/** The place is where the reader gave up, often a line of good indentation: what is wrong stands before it. */
function unclosed(message: string): Explanation | undefined {
  const bracket = /^Flow (sequence|map) .*end with a [\]}]/i.exec(message)?.[1]?.toLowerCase();
  const quote = /^Missing closing (["'])/.exec(message)?.[1];
  if (quote !== undefined) return notClosed(quote, quote);
  if (bracket === undefined) return undefined;
  return bracket === 'map' ? notClosed('{', '}') : notClosed('[', ']');
}

function notClosed(open: string, close: string): Explanation {
  return {
    message: `a ${open} was opened before this and not closed`,
    help: `Add the closing ${close} where it belongs.`,
  };
}

const explanations: { readonly [code: string]: Explanation | undefined } = {
  TAB_AS_INDENT: {
    message: 'a tab indents this line, YAML takes spaces only',
    help: 'Replace the tab with spaces.',
  },
  BAD_ALIAS: {
    message: 'there is no anchor for this alias',
    help: 'Quote the value if it starts with * (a wildcard host: "*.example.com").',
  },
  BAD_INDENT: {
    message: 'the indentation of this line fits nothing above it',
    help: 'Indent it like its neighbours; elements of one list or map begin in one column.',
  },
  BAD_SCALAR_START: {
    message: 'an unquoted value cannot begin with this character',
    help: 'Quote the value.',
  },
  BAD_DQ_ESCAPE: {
    message: 'this backslash does not begin an escape that YAML knows',
    help: "Double the backslash, or use '…' quotes, which know no escapes.",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second ": " stands in one line',
    help: 'Quote the value if the colon belongs to it; else begin a new line, indented like its neighbours.',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'no colon follows this key on its line',
    help: 'Write `key: value`, with a space after the colon.',
  },
};

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The `yaml` package's errors in words for people, with what to do. */

export type Explanation = { readonly message: string; readonly help: string };

const template: Explanation = {
  message: 'this is a template, not YAML yet: {{ … }} is to be filled in first',
  help: 'Render it and check the result: helm template . | tcpmesh validate -',
};

/** code and message: the package's; line: the text of the line that it is at. */
export function explainSyntax(code: string, message: string, line: string): Explanation {
  if (line.includes('{{') || line.includes('{%')) return template;
  return (
    unclosed(message) ??
    explanations[code] ?? {
      message: lowerFirst(message.replace(/\s*\n[\s\S]*$/, '').replace(/ at line \d+.*$/, '')),
      help: 'Mend the YAML here; nothing of this document was checked.',
    }
  );
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
    message: 'a tab indents this line, YAML takes blanks only',
    help: 'Replace the tab by blanks.',
  },
  BAD_ALIAS: {
    message: 'this alias names no anchor',
    help: 'Quote the value if it starts with * (a wildcard host: "*.example.com").',
  },
  BAD_INDENT: {
    message: 'the indentation of this line fits nothing above it',
    help: 'Indent it as its neighbours; elements of one list or map begin in one column.',
  },
  BAD_SCALAR_START: {
    message: 'an unquoted value cannot begin with this character',
    help: 'Quote the value.',
  },
  BAD_DQ_ESCAPE: {
    message: 'this backslash opens no escape that YAML knows',
    help: "Double the backslash, or use '…' quotes, which know no escapes.",
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'a second ": " stands in one line',
    help: 'Quote the value if the colon belongs to it; else begin a new line, indented as its neighbours.',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a key is followed by no colon on its line',
    help: 'Write `key: value`, with a blank behind the colon.',
  },
};

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

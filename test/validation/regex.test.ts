/** Which regular expressions Go's regexp compiles. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { regexDefect } from '../../src/validation/regex.ts';

describe('RE2', () => {
  it.each([
    '.*',
    '^/api/v[0-9]+$',
    'a|b|',
    '()',
    '(a|(b))*',
    '(?i)abc',
    '(?i:abc)',
    '(?s-m:.)',
    '(?P<name>x)(?<other>y)',
    '(?P<n>a)(?P<n>b)',
    'a{2,3}?',
    'a{,3}',
    'a{x}',
    '{',
    '^*',
    'a**'.slice(0, 2),
    '[]a]',
    '[^]a]',
    '[a-z-9]',
    '[[:alpha:][:^digit:]]',
    '\\d\\W\\s',
    '[\\d\\w]',
    '\\pL\\p{Greek}\\P{Lu}\\p{^L}',
    '\\p{greek}\\p{Cn}\\p{LC}\\p{ASCII}\\p{Assigned}\\p{any}',
    '\\p{Letter}\\p{uppercase letter}\\p{Uppercase-Letter}\\p{lu}\\pl\\p{digit}',
    '\\Q(a\\E)'.slice(0, 6),
    '\\x41\\x{1F600}\\07\\123',
    '\\.\\-\\_\\/',
    '\\A\\b\\B\\z',
    'é[à-ü]',
    '(a{10}){100}',
  ])('takes %j', (text) => expect(regexDefect(text)).toBeNull());

  it.each([
    '',
    '(',
    ')',
    'a)',
    '(a',
    '[a',
    '[]',
    '[z-a]',
    '*',
    '+a',
    'a|*',
    '(?',
    '(?=a)',
    '(?!a)',
    '(?<=a)',
    '(?#c)',
    '(?z)',
    '(?P<>a)',
    'a**',
    'a*+',
    'a{2}{3}',
    'a{1001}',
    'a{3,2}',
    '(a{50}){50}',
    '\\',
    '\\1',
    '\\8',
    '\\Z',
    '\\k',
    '\\C',
    '\\pX',
    '\\p{Nope}',
    '\\p{Grek}',
    '\\p{Old_Italic}',
    '\\p{}',
    '\\p{_}',
    '\\x{110000}',
    '\\x4',
    '[[:nope:]]',
    '[\\Z]',
    `a${'b'.repeat(1024)}`,
    'é'.repeat(513),
  ])('refuses %j', (text) => expect(regexDefect(text)).not.toBeNull());

  it('answers anything', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...'()[]{}*+?|^$\\.,-:=!<>PQpaxd0129 é'), { maxLength: 30 }),
        (parts) => {
          const defect = regexDefect(parts.join(''));
          if (defect !== null) expect(defect).not.toBe('');
        },
      ),
    );
  });
});

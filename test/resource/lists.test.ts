/** What kubectl takes for a list of objects, and what not. */
import { expect, it } from 'vitest';
import { decodeSources } from '../../src/resource/index.ts';

const item = (name: string): string =>
  `- {apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: ${name}}, spec: {host: db}}`;

function read(text: string): readonly string[] {
  const { resources, foreign } = decodeSources([{ name: 'list.yaml', text }], {
    defaultNamespace: 'default',
  });
  return [
    ...resources.map(({ kind, name }) => `${kind} ${name}`),
    ...foreign.map(({ kind, reason }) => `${reason} ${kind}`),
  ];
}

it.each(['List', 'DestinationRuleList', 'ItemList', 'SecretList', 'Anything'])(
  'a %s with items is opened',
  (kind) => {
    const text = `apiVersion: v1\nkind: ${kind}\nitems:\n${item('a')}\n${item('b')}\n`;
    expect(read(text)).toEqual(['DestinationRule a', 'DestinationRule b']);
  },
);

it('a list within a list is opened too', () => {
  const inner = `{apiVersion: v1, kind: List, items: [${item('a').slice(2)}]}`;
  expect(read(`apiVersion: v1\nkind: List\nitems:\n- ${inner}\n${item('b')}\n`)).toEqual([
    'DestinationRule a',
    'DestinationRule b',
  ]);
});

it.each([
  ['no kind', 'apiVersion: v1\nitems: []\n', ['no-kind ']],
  [
    'items that are no list',
    'apiVersion: v1\nkind: Anything\nitems: {a: b}\n',
    ['unknown-kind Anything'],
  ],
])('%s is no list', (_, text, expected) => {
  expect(read(text)).toEqual(expected);
});

it('a resource stays what it is, whatever it has beside its spec', () => {
  const text =
    'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a}\nspec: {host: db}\nitems: []\n';
  expect(read(text)).toEqual(['DestinationRule a']);
});

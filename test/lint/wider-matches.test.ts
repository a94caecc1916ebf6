/** Which match of a rule is wider than another, found by what both ask for: the same as when each is held against each. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rulesOf } from '../../src/expectation/index.ts';
import { widerMatches } from '../../src/lint/facts/wider-matches.ts';
import { decodeSources } from '../../src/resource/index.ts';
import { staticCovers } from '../../src/routing/index.ts';

const match = fc.record(
  {
    port: fc.constantFrom(0, 1, 2),
    sourceNamespace: fc.constantFrom('', 'a', 'b'),
    sourceLabels: fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom('1', '2')),
    gateways: fc.subarray(['mesh', 'a/g']),
    destinationSubnets: fc.subarray(['10.0.0.0/8', '10.1.0.0/16']),
  },
  { requiredKeys: [] },
);

it('is what holding each against each gives', () => {
  fc.assert(
    fc.property(fc.array(match, { minLength: 1, maxLength: 14 }), (matches) => {
      const tcp = [{ match: matches, route: [{ destination: { host: 'db' } }] }];
      const object = {
        apiVersion: 'networking.istio.io/v1',
        kind: 'VirtualService',
        metadata: { name: 'db' },
        spec: { hosts: ['db'], tcp },
      };
      const text = JSON.stringify(object);
      const { resources } = decodeSources([{ name: 'v.json', text }], { defaultNamespace: 'a' });
      const [rule] = resources.flatMap((one) =>
        one.kind === 'VirtualService' ? rulesOf(one) : [],
      );
      if (rule === undefined) throw new Error('no rule was read');
      const values = rule.matches.map(({ value }) => value);
      const subnets = (one: (typeof values)[number]) =>
        JSON.stringify(one.destinationSubnets ?? []);
      const wider = (narrow: (typeof values)[number]): number | undefined => {
        const found = values.findIndex(
          (wide) =>
            subnets(wide) === subnets(narrow) &&
            staticCovers(wide, narrow, 'a') &&
            !staticCovers(narrow, wide, 'a'),
        );
        return found === -1 ? undefined : found + 1;
      };
      expect(widerMatches(rule)).toEqual(values.map(wider));
    }),
    { numRuns: 300 },
  );
});

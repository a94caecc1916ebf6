/** Rules of several VirtualServices of which nobody knows the age: what is said of each holds whatever the order. */
import { describe, expect, it } from 'vitest';
import { findingsIn } from './fixture.ts';

const service = `
apiVersion: v1
kind: Service
metadata: {name: redis, namespace: shop}
spec: {clusterIP: 10.1.1.1, selector: {app: redis}, ports: [{name: tcp, port: 6379}]}
`;
const rules = (name: string, match = '', created = ''): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: shop${created === '' ? '' : `, creationTimestamp: "${created}"`}}
spec: {hosts: [redis], tcp: [{${match}route: [{destination: {host: redis}}]}]}
`;
const said = (...documents: readonly string[]): readonly string[] =>
  findingsIn('mesh.yaml', [service, ...documents].join('---'))
    .filter(({ code }) => code === 'TCM1201' || code === 'TCM1203')
    .map(({ code, resource, message }) => `${code} ${resource?.name} ${/older/.test(message)}`);

describe('three for one host', () => {
  it('each hides the others, if it is older', () => {
    expect(said(rules('one'), rules('two'), rules('three'))).toEqual([
      'TCM1203 one true',
      'TCM1203 two true',
      'TCM1203 three true',
    ]);
  });

  it('the one in the middle is hidden by what is surely older', () => {
    const old = rules('one', '', '2020-01-01T00:00:00Z');
    expect(said(old, rules('two'), rules('three'))).toEqual([
      'TCM1201 two false',
      'TCM1201 three false',
    ]);
  });

  it('none hides another that looks at other clients', () => {
    const of = (name: string) => rules(name, `match: [{sourceLabels: {app: ${name}}}], `);
    expect(said(of('one'), of('two'), of('three'))).toEqual([]);
  });

  it('a narrow one in the middle is hidden if it is the youngest', () => {
    const narrow = rules('two', 'match: [{sourceLabels: {app: web}}], ');
    expect(said(rules('one'), narrow, rules('three'))).toEqual([
      'TCM1203 one true',
      'TCM1203 two true',
      'TCM1203 three true',
    ]);
  });
});

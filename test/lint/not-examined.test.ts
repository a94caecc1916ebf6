/** What the rules about reach could not ask is said once, whichever of their limits it was. */
import { expect, it } from 'vitest';
import type { Finding } from '../../src/diagnostic/index.ts';
import { findingsIn } from './fixture.ts';

const service = `apiVersion: v1
kind: Service
metadata: {name: echo}
spec:
  selector: {app: echo}
  clusterIP: 10.96.0.7
  ports: [{name: tcp, port: 9000}]
`;

const rival = (number: number): string => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: echo-${number}}
spec:
  hosts: [echo]
  tcp:
  - match: [{sourceLabels: {app: client-${number}}}]
    route: [{destination: {host: echo, port: {number: 9000}}}]
`;

function cutShort(rivals: number): readonly Finding[] {
  const text = service + Array.from({ length: rivals }, (_, i) => rival(i + 1)).join('');
  return findingsIn('mesh.yaml', text).filter(({ rule }) => rule === 'not-examined');
}

it('names all VirtualServices of a service that has too many to try their order', () => {
  expect(cutShort(20)).toEqual([]);
  const found = cutShort(21);
  expect(found).toHaveLength(1);
  for (let i = 1; i <= 21; i++) expect(found[0]?.message).toMatch(new RegExp(`echo-${i}\\b`));
});

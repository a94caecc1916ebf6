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

it('finds one subnet twice however many rules of other services name it in between', () => {
  const named = (name: string, host: string): string =>
    `---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: ${name}}\nspec:\n  hosts: [${host}]\n  tcp:\n  - match: [{destinationSubnets: [10.96.0.0/16]}]\n    route: [{destination: {host: ${host}, port: {number: 9000}}}]\n`;
  const others = Array.from({ length: 30 }, (_, i) => `other-${i}`);
  const text = [
    service,
    ...others.map((name, i) => `---\n${service.replace('echo', name).replace('0.7', `1.${i}`)}`),
    named('first', 'echo'),
    ...others.map((name) => named(name, name)),
    named('second', 'echo'),
  ].join('');
  const found = findingsIn('mesh.yaml', text).filter(({ rule }) => rule === 'same-subnet-twice');
  expect(found.map(({ resource }) => resource?.name)).toEqual(['second']);
});

it('does not call a rule hidden for want of an address between many subnets', () => {
  const rule = (subnet: string): string =>
    `  - match: [{destinationSubnets: [${subnet}]}]\n    route: [{destination: {host: a.ext.example, port: {number: 9000}}}]\n`;
  const elsewhere = Array.from({ length: 250 }, (_, i) => rule(`192.168.${i}.0/24`));
  const text = [
    'apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: a}\nspec:\n  hosts: [a.ext.example]\n  addresses: [10.0.0.0/16]\n  resolution: NONE\n  ports: [{number: 9000, name: tcp, protocol: TCP}]\n---\n',
    'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nspec:\n  hosts: [a.ext.example]\n  tcp:\n',
    ...elsewhere,
    rule('10.0.0.0/24'),
    rule('10.0.255.0/24'),
    rule('10.0.0.0/16'),
  ].join('');
  const found = findingsIn('mesh.yaml', text).map(({ rule: name }) => name);
  expect(found).not.toContain('shadowed-rule');
});

it('names all VirtualServices of a service that has too many to try their order', () => {
  expect(cutShort(20)).toEqual([]);
  const found = cutShort(21);
  expect(found).toHaveLength(1);
  for (let i = 1; i <= 21; i++) expect(found[0]?.message).toMatch(new RegExp(`echo-${i}\\b`));
});

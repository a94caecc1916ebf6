import { describe, expect, it } from 'vitest';
import { decodeSources } from '../../src/resource/index.ts';
import { judge } from '../../src/validation/index.ts';

const helpFor = (protocol: string): string[] => {
  const text = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: default}
spec:
  servers:
  - port: {number: 5432, name: db, protocol: ${protocol}}
    hosts: ['*']
`;
  const { resources } = decodeSources([{ name: 'a.yaml', text }], { defaultNamespace: 'default' });
  return resources.flatMap((resource) =>
    [...judge(resource)].filter(({ code }) => code === 'TCM0406').map(({ help }) => help),
  );
};

describe('a protocol that Istio does not know', () => {
  it('is corrected where it is a slip of the hand', () => {
    expect(helpFor('TPC')).toEqual(['Did you mean TCP?']);
    expect(helpFor('HTTPs')).toEqual([]);
    expect(helpFor('HTTTPS')).toEqual(['Did you mean HTTPS?']);
  });

  it('gets the list of all where nothing is near', () => {
    expect(helpFor('POSTGRES')).toEqual([expect.stringContaining('TCP')]);
  });
});

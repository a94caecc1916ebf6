/** A value of an annotation is anybody's text: a long one costs no more than its length. */
import { describe, expect, it } from 'vitest';
import { istioAnnotations } from '../../src/lint/facts/istio-annotations.ts';
import { declarationMeant } from '../../src/lint/facts/port-name-meant.ts';

describe('a quantity', () => {
  const defect = (value: string) =>
    istioAnnotations.get('sidecar.istio.io/proxyCPU')?.defect(value) ?? null;

  it.each(['100m', '0.5Gi', '.5', '1.', '1e3', 'E5', 'm', '.', '+', '0'])('may be %s', (value) => {
    expect(defect(value)).toBeNull();
  });

  it.each(['', '5e', '1.5.5', '+-1', '1 ', '0x10', '1KiB'])('may not be %j', (value) => {
    expect(defect(value)).not.toBeNull();
  });

  it('is read in one go, however long it is', () => {
    // With a pattern that goes back for each digit this takes minutes, beyond the time that a test has.
    expect(defect(`${'1'.repeat(1_000_000)}!`)).not.toBeNull();
  });
});

describe('the name that a port is to have', () => {
  it('is free, and no longer than Kubernetes takes', () => {
    const echo = { name: 'echo', port: 7000 };
    expect(declarationMeant(echo, [])).toBe('name: tcp-echo');
    const both = [echo, { name: 'tcp-echo', port: 7001 }];
    expect(declarationMeant(echo, both)).toBe('name: tcp-7000');
    const long = { name: 'x'.repeat(63), port: 7002 };
    expect(declarationMeant(long, [])).toBe('name: tcp-7002');
  });

  it('keeps to appProtocol where that decides', () => {
    expect(declarationMeant({ name: 'web', port: 80, appProtocol: 'htpp' })).toBe(
      'appProtocol: http',
    );
    expect(declarationMeant({ name: 'web', port: 80, appProtocol: 'custom' })).toBe(
      'appProtocol: tcp',
    );
  });
});

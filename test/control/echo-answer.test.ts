import { describe, expect, it } from 'vitest';
import { echoAnswer } from '../../src/control/echo-answer.ts';
import { decodeSources } from '../../src/resource/index.ts';

function check(containers: string, expected: { prefix: string; ports: number[] }): void {
  const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: ${containers}}\n`;
  const [pod] = decodeSources([{ name: 'pod.yaml', text }], {
    defaultNamespace: 'default',
  }).resources;
  if (pod?.kind !== 'Pod') throw new Error('no Pod');
  expect(echoAnswer(pod.spec.containers ?? [], 'fallback')).toEqual(expected);
}

describe('echoAnswer', () => {
  it('reads ports and prefix from the arguments, whatever the image is called', () => {
    check('[{name: c, image: mine, args: ["9000,9001", "one"]}]', {
      prefix: 'one',
      ports: [9000, 9001],
    });
  });
  it('knows what tcp-echo-server does without arguments', () => {
    check('[{name: c, image: "docker.io/istio/tcp-echo-server:1.2"}]', {
      prefix: 'hello',
      ports: [9000],
    });
    check('[{name: c, image: tcp-echo-server@sha256:00}]', { prefix: 'hello', ports: [9000] });
  });
  it('gives other containers the fallback, and the TCP ports that they declare', () => {
    check(
      '[{name: c, image: postgres, ports: [{containerPort: 5432}, {containerPort: 53, protocol: UDP}]}]',
      {
        prefix: 'fallback',
        ports: [5432],
      },
    );
    check('[{name: c, image: x, args: ["a", "b"]}]', { prefix: 'fallback', ports: [] });
    check('[{name: c, image: x, args: ["99999", "b"]}]', { prefix: 'fallback', ports: [] });
  });
  it('passes over a side container', () => {
    check('[{name: s, image: auto}, {name: c, image: x, args: ["9000", "two"]}]', {
      prefix: 'two',
      ports: [9000],
    });
  });
});

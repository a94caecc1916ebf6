/** What the echo server that stands for a workload says, and on which ports: the argument convention of Istio's tcp-echo-server. */
import type { Container } from '../resource/index.ts';

/** prefix: put before each line, with a blank. ports: those that the container itself names; a Service's target ports come on top. */
export type EchoAnswer = { readonly prefix: string; readonly ports: readonly number[] };

const portsArgument = /^\d{1,5}(,\d{1,5})*$/;

/** `fallback` is the prefix of a workload that says nothing about its own. */
export function echoAnswer(containers: readonly Container[], fallback: string): EchoAnswer {
  const declared = containers.flatMap(({ ports }) =>
    (ports ?? []).flatMap(({ containerPort, protocol }) =>
      containerPort === undefined || (protocol ?? 'TCP') !== 'TCP' ? [] : [containerPort],
    ),
  );
  for (const { image, args } of containers) {
    const [ports, prefix] = args ?? [];
    if (args?.length === 2 && ports !== undefined && prefix !== undefined) {
      const numbers = portsArgument.test(ports) ? ports.split(',').map(Number) : [];
      if (numbers.length > 0 && numbers.every(isPort))
        return { prefix, ports: distinct([...numbers, ...declared]) };
    }
    if (isEchoServer(image ?? '') && (args ?? []).length === 0)
      return { prefix: 'hello', ports: distinct([9000, ...declared]) };
  }
  return { prefix: fallback, ports: distinct(declared) };
}

/** `docker.io/istio/tcp-echo-server:1.2`, with a tag, a digest, or neither. */
function isEchoServer(image: string): boolean {
  const name = image.slice(image.lastIndexOf('/') + 1);
  return name.replace(/[:@].*$/, '') === 'tcp-echo-server';
}

function isPort(number: number): boolean {
  return number >= 1 && number <= 65535;
}

function distinct(ports: readonly number[]): number[] {
  return [...new Set(ports)].filter(isPort);
}

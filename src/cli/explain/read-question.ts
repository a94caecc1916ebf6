/** Flags to a question. */
import { parseAddress } from '../../address/index.ts';
import {
  type Asker,
  type Assertion,
  parseAssertions,
  type Question,
} from '../../expectation/index.ts';
import { CannotDo } from '../command.ts';
import type { OptionValues } from '../option.ts';
import type { explainOptions } from '../options/explain.ts';

type Options = OptionValues<typeof explainOptions>;

export function readQuestion(options: Options): Question {
  const { dstIp, port } = options;
  if (dstIp !== undefined && parseAddress(dstIp) === null)
    throw new CannotDo(`--dst-ip ${dstIp} is not an address`, 'Write it as 10.96.20.1.');
  if (port !== undefined && (port < 1 || port > 65535))
    throw new CannotDo(`--port ${port} is not a port`, 'Ports are 1 to 65535.');
  return {
    from: readAsker(options),
    host: options.host,
    ip: dstIp,
    port,
    sni: options.sni,
    protocol: options.protocol,
  };
}

/** What was supposed about the client because no flag says it. */
export function supposedOf({ srcNs, srcLabels, from, gateway }: Options): string[] {
  if (from !== undefined || gateway !== undefined || srcNs !== undefined) return [];
  return srcLabels === undefined
    ? ['no client is described: one in namespace default without labels']
    : ['no --src-ns: the client is in namespace default'];
}

function readAsker({ srcNs, srcLabels, from, gateway }: Options): Asker {
  if (from !== undefined && gateway !== undefined)
    throw new CannotDo('--from and --gateway name two clients', 'Give one of them.');
  const named = from ?? gateway;
  if (named === undefined)
    return { kind: 'described', namespace: srcNs ?? 'default', labels: readLabels(srcLabels) };
  const flag = from === undefined ? '--gateway' : '--from';
  if (srcLabels !== undefined)
    throw new CannotDo(`${flag} has labels of its own`, 'Give --src-ns and --src-labels instead.');
  const parts = named.split('/');
  const [first = '', second] = parts;
  if (parts.length > 2 || first === '' || second === '')
    throw new CannotDo(`${flag} ${named} is not a name`, 'Write name or namespace/name.');
  const kind = from === undefined ? 'gateway' : 'workload';
  return second === undefined
    ? { kind, namespace: srcNs ?? null, name: first }
    : { kind, namespace: first, name: second };
}

function readLabels(text: string | undefined): Readonly<Record<string, string>> {
  const labels: Record<string, string> = Object.create(null);
  for (const part of text === undefined || text === '' ? [] : text.split(',')) {
    const equals = part.indexOf('=');
    if (equals < 1)
      throw new CannotDo(`--src-labels: ${part} is no label`, 'Write key=value,key2=value2.');
    labels[part.slice(0, equals).trim()] = part.slice(equals + 1).trim();
  }
  return labels;
}

export function readAssertions(texts: readonly string[]): readonly Assertion[] {
  return texts.flatMap((text) => {
    const assertions = parseAssertions(text);
    if (typeof assertions === 'string')
      throw new CannotDo(`--expect: ${assertions}`, 'Write --expect subset=v2,outcome=routed.');
    return assertions;
  });
}

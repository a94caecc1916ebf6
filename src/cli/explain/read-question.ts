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

/** Flags that describe one call; with --rule or --calls there is nothing for them to say. */
const describing = {
  srcNs: '--src-ns',
  srcLabels: '--src-labels',
  from: '--from',
  gateway: '--gateway',
  host: '--host',
  dstIp: '--dst-ip',
  port: '--port',
  sni: '--sni',
  protocol: '--protocol',
} as const satisfies Partial<Record<keyof Options, string>>;

export function readQuestion(options: Options): Question {
  refuseTwoQuestions(options);
  const { dstIp, port, host } = options;
  const [, name, number] = /^([^:]+):(\d+)$/.exec(host ?? '') ?? [];
  if (name !== undefined)
    throw new CannotDo(
      `--host ${host} has a port in it`,
      `Write --host ${name} --port ${port ?? number}.`,
    );
  if (dstIp !== undefined && parseAddress(dstIp) === null)
    throw new CannotDo(`--dst-ip ${dstIp} is not an address`, 'Write it as 10.96.20.1.');
  if (port !== undefined && (port < 1 || port > 65535))
    throw new CannotDo(`--port ${port} is not a port`, 'Ports are 1 to 65535.');
  const isAddress = host !== undefined && parseAddress(host) !== null;
  if (isAddress && dstIp !== undefined && dstIp !== host)
    throw new CannotDo(`--host ${host} and --dst-ip ${dstIp} are two addresses`, 'Give one.');
  return {
    from: readAsker(options),
    host: isAddress ? undefined : host,
    ip: isAddress ? host : dstIp,
    port,
    sni: options.sni,
    protocol: options.protocol,
  };
}

function refuseTwoQuestions(options: Options): void {
  const { rule, calls, gateway, host } = options;
  if (rule !== undefined && calls !== undefined)
    throw new CannotDo('--rule and --calls are two questions', 'Ask one at a time.');
  const [whole, chosen] =
    rule !== undefined
      ? ['--rule', 'tcpmesh looks for a connection that reaches the rule']
      : ['--calls', 'the file describes every call'];
  const flags: readonly (readonly [string, unknown])[] = Object.entries(describing).map(
    ([key, flag]) => [flag, options[key as keyof typeof describing]],
  );
  const [also] = flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
  if ((rule !== undefined || calls !== undefined) && also !== undefined)
    throw new CannotDo(`${also} has no say beside ${whole}: ${chosen}`, `Leave out ${also}.`);
  if (gateway !== undefined && host !== undefined)
    throw new CannotDo(
      '--host has no say at a gateway: its servers choose by port and by the server name of TLS',
      'Leave it out, or write --sni for a server name.',
    );
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
  if (second !== undefined && srcNs !== undefined && srcNs !== first)
    throw new CannotDo(
      `${flag} ${named} and --src-ns ${srcNs} name two namespaces`,
      'Leave out --src-ns.',
    );
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

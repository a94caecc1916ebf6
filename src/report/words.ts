/** Callers, targets, shares and problems in the words that all of explain's forms use. */
import type { Call, Labels, Problem, RuleRef, Viewpoint } from '../routing/index.ts';

/** `foo (app=telnet)`, `gateway istio-system (istio=ingressgateway)`. */
export function callerInWords(from: Viewpoint): string {
  const labels = labelPairs(from.labels);
  const detail = labels === '' ? '' : ` (${labels})`;
  switch (from.kind) {
    case 'gateway':
      return `gateway in ${from.namespace}${detail}`;
    case 'ambient':
      return `ambient client in ${from.namespace}${detail}`;
    case 'sidecar':
      return `client in ${from.namespace}${detail}`;
  }
}

export function labelPairs(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(', ');
}

/** `echo.default.svc.cluster.local:19000 (10.96.20.1)`, `port 31400`. */
export function targetInWords({ to, sni, protocol }: Call, address: string | null = null): string {
  const server = sni === undefined ? '' : `, server name ${sni}`;
  const bytes = sni === undefined && protocol !== 'tcp' ? `, ${protocolInWords(protocol)}` : '';
  const extra = `${server}${bytes}`;
  if (to.host !== undefined) {
    const resolved = to.ip ?? address;
    const ip = resolved === null ? '' : ` (${resolved})`;
    return `${to.host}:${to.port}${ip}${extra}`;
  }
  return `${to.ip === undefined ? `port ${to.port}` : addressAndPort(to.ip, to.port)}${extra}`;
}

export function addressAndPort(ip: string, port: number): string {
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function protocolInWords(protocol: Call['protocol']): string {
  switch (protocol) {
    case 'http':
      return 'bytes of HTTP';
    case 'tls':
      return 'bytes of TLS';
    case 'tcp':
      return 'bytes of neither HTTP nor TLS';
  }
}

/** `80 %`; one decimal where that is needed. */
export function percent(share: number): string {
  const value = Math.round(share * 1000) / 10;
  return `${value} %`;
}

export function problemInWords(problem: Problem): string {
  switch (problem) {
    case 'no-such-cluster':
      return 'no such cluster: each connection is accepted and closed at once';
    case 'no-endpoints':
      return 'no endpoints: each connection is accepted and closed at once';
  }
}

/** `rule 1 of VirtualService default/echo`; of a tls list it says so. */
export function ruleInWords({ namespace, name, path }: RuleRef): string {
  const parts = /^spec\.(tcp|tls|http)\[(\d+)\]/.exec(path);
  const number = parts === null ? path : `${Number(parts[2]) + 1}`;
  const list = parts?.[1] === undefined || parts[1] === 'tcp' ? '' : `${parts[1]} `;
  return `${list}rule ${number} of VirtualService ${namespace}/${name}`;
}

/** When Istio takes two matches of a VirtualService for the same. */
import { kinds, type MessageType, type Placed } from '../../resource/index.ts';
import { canonical } from './canonical.ts';

const { fields } = kinds.VirtualService.spec();

export type RuleField = 'http' | 'tls' | 'tcp';

const matchTypes: { readonly [field in RuleField]: MessageType } = {
  http: fields.http.element.fields.match.element,
  tls: fields.tls.element.fields.match.element,
  tcp: fields.tcp.element.fields.match.element,
};

/** Equal for equal matches; the name of an http match does not count. */
export function matchKey(field: RuleField, match: Placed): string {
  return canonical(matchTypes[field], match, field === 'http' ? 'name' : '');
}

/**
 * Room address (0): IP addresses and prefixes, as Go's netip reads them and as Envoy compares them. The only room that knows ip-cidr.
 * May import nothing of ours. May not resolve names.
 */
export {
  type Address,
  formatAddress,
  isPrefix,
  type Prefix,
  parseAddress,
  parsePrefix,
  prefixContains,
  prefixKey,
} from './address.ts';

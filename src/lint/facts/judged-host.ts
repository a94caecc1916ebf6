/** May a host be called missing when nothing in the input has it? */
import { beforeServiceTail } from '../../mesh/index.ts';
import type { Facts } from './facts.ts';

/** The API server's own Service and that of DNS are in every cluster, and in nobody's files. */
const inEveryCluster: readonly string[] = ['kubernetes.default', 'kube-dns.kube-system'];

/** fqdn: as `expandHost` completes it. */
export function judgesHost(
  fqdn: string,
  { judges, options, foreignNames }: Pick<Facts, 'judges' | 'options' | 'foreignNames'>,
): boolean {
  const head = beforeServiceTail(fqdn, options.clusterDomain);
  if (head !== null && inEveryCluster.includes(head)) return false;
  if (!judges(head === null ? 'hosts' : 'services')) return false;
  if (head === null || options.refs === 'require') return true;
  return !foreignNames.services.some(
    ({ namespace, name }) =>
      head.endsWith(`.${namespace}`) &&
      (head === `${name}.${namespace}` || head.startsWith(`${name}-`)),
  );
}

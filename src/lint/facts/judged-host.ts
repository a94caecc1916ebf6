/** May a host be called missing when nothing in the input has it? */
import { beforeServiceTail } from '../../mesh/index.ts';
import type { Facts } from './facts.ts';

/** The API server's own Service and that of DNS are in every cluster, and in nobody's files. */
const inEveryCluster: readonly string[] = ['kubernetes.default', 'kube-dns.kube-system'];

/** What Istio's own installation brings into its namespace: hardly ever among a user's files, as its gateways' pods. */
const ofIstio: readonly string[] = [
  'istiod',
  'istio-eastwestgateway',
  'istio-egressgateway',
  'istio-ingressgateway',
];

/** fqdn: as `expandHost` completes it. */
export function judgesHost(
  fqdn: string,
  {
    judges,
    options,
    foreignNames,
    mesh,
  }: Pick<Facts, 'judges' | 'options' | 'foreignNames' | 'mesh'>,
): boolean {
  const head = beforeServiceTail(fqdn, options.clusterDomain);
  if (head !== null && inEveryCluster.includes(head)) return false;
  if (!judges(head === null ? 'hosts' : 'services')) return false;
  if (head === null || options.refs === 'require') return true;
  if (ofIstio.some((name) => head === `${name}.${mesh.rootNamespace}`)) return false;
  return !foreignNames.services.some(
    ({ namespace, name }) =>
      head.endsWith(`.${namespace}`) &&
      (head === `${name}.${namespace}` || head.startsWith(`${name}-`)),
  );
}

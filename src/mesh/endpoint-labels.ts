/** The labels that subsets choose endpoints by: a workload's own, and where it runs (`util/label/label.go:AugmentLabels`). */
import type { Labels, Workload } from './workload.ts';

/** locality: `region/zone/subzone`, as far as it is known. */
export type Whereabouts = {
  readonly locality?: string | undefined;
  readonly network?: string | undefined;
  readonly nodeName?: string | null | undefined;
};

/** As Istio calls the cluster that it is installed in, unless the installation says otherwise. */
const cluster = 'Kubernetes';

const networkLabel = 'topology.istio.io/network';
const localityLabels = ['topology.istio.io/locality', 'istio-locality'];

/** A locality that is stated goes before one that a label gives. */
export function endpointLabels(own: Labels, where: Whereabouts): Labels {
  const [region = '', zone = '', subzone = ''] = (where.locality || labelled(own)).split('/');
  const network = own[networkLabel] || (where.network ?? '');
  return {
    ...own,
    ...stated('topology.kubernetes.io/region', region),
    ...stated('topology.kubernetes.io/zone', zone),
    ...stated('topology.istio.io/subzone', subzone),
    ...stated('kubernetes.io/hostname', where.nodeName ?? ''),
    ...stated(networkLabel, network),
    'topology.istio.io/cluster': cluster,
  };
}

function stated(label: string, value: string): Labels {
  return value === '' ? {} : { [label]: value };
}

/** A label cannot have slashes, so that points stand for them (`pkg/model/proxy.go:SanitizeLocalityLabel`). */
function labelled(own: Labels): string {
  const label = localityLabels.find((name) => Object.hasOwn(own, name)) ?? '';
  const locality = own[label] ?? '';
  return locality.includes('/') ? locality : locality.replaceAll('.', '/');
}

const ofWorkloads = new WeakMap<Workload, Labels>();

/** Of a Pod: the labels of its node are in no document. */
export function labelsOfEndpoint(workload: Workload): Labels {
  let labels = ofWorkloads.get(workload);
  if (labels === undefined) {
    labels = endpointLabels(workload.labels, { nodeName: workload.nodeName });
    ofWorkloads.set(workload, labels);
  }
  return labels;
}

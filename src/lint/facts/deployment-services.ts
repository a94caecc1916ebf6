/** The Services that select the pods of a Deployment in the mesh (analyzers/deployment/services.go). */
import { labelsMatch } from '../../mesh/index.ts';
import type { Resource, ServicePort } from '../../resource/index.ts';
import type { Facts } from './facts.ts';
import { groupBy } from './group-by.ts';
import { hasSidecar } from './injection.ts';

export type SelectedPort = { readonly service: Resource<'Service'>; readonly port: ServicePort };

export type DeploymentPorts = {
  readonly deployment: Resource<'Deployment'>;
  readonly ports: readonly SelectedPort[];
};

const waypoint = { label: 'gateway.istio.io/managed', value: 'istio.io-mesh-controller' } as const;

/** Deployments that have sidecars for certain, with all ports of the Services of their namespace that select them. */
export function* meshDeployments(facts: Facts): Generator<DeploymentPorts> {
  const deployments = facts.objects.of('Deployment').filter((one) => isInMesh(one, facts));
  if (deployments.length === 0) return;
  const services = groupBy(facts.objects.of('Service'), ({ namespace }) => namespace);
  for (const deployment of deployments) {
    const labels = deployment.spec.template?.metadata?.labels ?? {};
    const ports = (services.get(deployment.namespace) ?? []).flatMap((service) => {
      const selector = service.spec.selector ?? {};
      if (Object.keys(selector).length === 0 || !labelsMatch(selector, labels)) return [];
      return (service.spec.ports ?? []).map((port) => ({ service, port }));
    });
    yield { deployment, ports };
  }
}

function isInMesh({ metadata, namespace, spec }: Resource<'Deployment'>, facts: Facts): boolean {
  if (metadata.labels?.[waypoint.label] === waypoint.value) return false;
  const { metadata: made, spec: pod } = spec.template ?? {};
  const { labels, annotations } = made ?? {};
  return (
    hasSidecar({ namespace, labels, annotations, containers: pod?.containers }, facts) === true
  );
}

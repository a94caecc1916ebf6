/** Stand-in DestinationRules: the subsets that routes name, where the files hold no DestinationRule at all. */
import type { Resource } from '../../resource/index.ts';
import { agree, listed } from '../../text/index.ts';
import { ofKind } from './of-kind.ts';
import { namedDestinations, serviceOfHost } from './route-destinations.ts';
import type { StandIn } from './stand-in.ts';

export type StandInDestinationRule = StandIn<{
  readonly host: string;
  readonly subsets: readonly {
    readonly name: string;
    readonly labels: { readonly [key: string]: string };
  }[];
}>;

export function standInDestinationRules(
  resources: readonly Resource[],
): readonly StandInDestinationRule[] {
  const subsets = new Map<string, Set<string>>();
  for (const { host, subset } of ofKind(resources, 'VirtualService').flatMap(namedDestinations)) {
    if (subset === '' || serviceOfHost(host) === null) continue;
    subsets.set(host, (subsets.get(host) ?? new Set()).add(subset));
  }
  return [...subsets].map(([host, names]) => {
    const { name, namespace } = serviceOfHost(host) ?? { name: host, namespace: 'default' };
    return {
      object: {
        apiVersion: 'networking.istio.io/v1',
        kind: 'DestinationRule',
        metadata: { name, namespace },
        spec: {
          host,
          subsets: [...names].map((subset) => ({ name: subset, labels: { version: subset } })),
        },
      },
      why: `DestinationRule ${namespace}/${name} with ${agree(names.size, 'subset', 'subsets')} ${listed([...names], 9)}: routes name them, and the files hold no DestinationRule`,
    };
  });
}

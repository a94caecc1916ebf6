/** Settings of DestinationRules that Istio carries out and this mesh does not: a sentence for each, with who has it. */
import type { Mesh } from '../mesh/index.ts';
import { policyLevels, type TcpKeepalive, type TrafficPolicy } from '../resource/index.ts';
import { count } from '../text/index.ts';

type Blocks = Pick<TrafficPolicy, 'connectionPool' | 'loadBalancer' | 'tls' | 'tunnel'>;

type LeftOut = { readonly isIn: (blocks: Blocks) => boolean; readonly what: string };

const keepaliveTimeOnly =
  "of tcpKeepalive the time counts here, and interval and probes are the system's";

const leftOut: readonly LeftOut[] = [
  {
    isIn: ({ tunnel }) => tunnel !== undefined,
    what: 'no tunnel is built here, so bytes go to the endpoint without HTTP CONNECT',
  },
  {
    isIn: ({ tls }) => tls?.mode === 'SIMPLE' || tls?.mode === 'MUTUAL',
    what: 'no TLS is opened here, so bytes go to the endpoint as they come',
  },
  {
    isIn: ({ loadBalancer: { warmup, warmupDurationSecs } = {} }) =>
      warmup !== undefined || warmupDurationSecs !== undefined,
    what: 'nothing is warmed up here, so a new endpoint has its full share at once',
  },
  {
    isIn: ({ loadBalancer: { localityLbSetting } = {} }) =>
      localityLbSetting !== undefined && localityLbSetting.enabled !== false,
    what: 'localities have no part here, so localityLbSetting has no effect',
  },
  {
    isIn: ({ connectionPool: { tcp: { tcpKeepalive } = {} } = {} }) =>
      saysMoreThanTime(tcpKeepalive),
    what: keepaliveTimeOnly,
  },
];

export function settingsLeftOut({
  resources,
  config,
}: Pick<Mesh, 'resources' | 'config'>): readonly string[] {
  const rules = resources.filter((resource) => resource.kind === 'DestinationRule');
  const ofRules = leftOut.flatMap(({ isIn, what }) => {
    const [first, ...others] = rules.filter((rule) =>
      policyLevels(rule).some(({ settings }) => isIn(settings)),
    );
    if (first === undefined) return [];
    const more = others.length === 0 ? '' : ` and ${count(others.length, 'other')}`;
    return `DestinationRule ${first.namespace}/${first.name}${more}: ${what}`;
  });
  const { tcp } = config.defaultTrafficPolicy.connectionPool ?? {};
  const ofMesh = [config.tcpKeepalive, tcp?.tcpKeepalive].some(saysMoreThanTime);
  return ofMesh ? [...ofRules, `the settings of the mesh: ${keepaliveTimeOnly}`] : ofRules;
}

function saysMoreThanTime(keepalive: TcpKeepalive | undefined): boolean {
  return keepalive?.interval !== undefined || (keepalive?.probes ?? 0) !== 0;
}

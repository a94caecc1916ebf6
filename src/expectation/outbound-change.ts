/**
 * What would let a connection out that outboundTrafficPolicy closes: a ServiceEntry for it alone, or another policy; each verified by
 * asking again.
 */
import { parseAddress } from '../address/index.ts';
import type { Mesh } from '../mesh/index.ts';
import { decodeSources, type Resource, readMeshConfig, spanAt } from '../resource/index.ts';
import { type Call, capturePort, sidecarFor, type Verdict } from '../routing/index.ts';
import { admit } from '../validation/index.ts';
import { writeFlowYaml, writeYaml } from '../yaml/index.ts';
import { askEdited, type ConfigMiss, type Edit, type Ingredients, wholeOrder } from './edit.ts';

type Spec = Parameters<typeof writeFlowYaml>[0];

export function outboundMisses(
  call: Call,
  verdict: Verdict,
  mesh: Mesh,
  ingredients: Ingredients,
): ConfigMiss[] {
  if (verdict.outcome !== 'blackhole' || call.to.port === capturePort) return [];
  // Connections to a service that is not there for the client are let out by what keeps it away, not by another way out.
  const isForService = verdict.steps.some(
    ({ stage, result }) => stage === 'service' && result === 'rejected',
  );
  if (isForService) return [];
  const tried = (edit: Edit | null): ConfigMiss[] => {
    if (edit === null) return [];
    const other = askEdited(call, edit, ingredients);
    const isOpen = other.outcome === 'routed' || other.outcome === 'passthrough';
    return isOpen && other.destinations.every(({ problem }) => problem === null)
      ? [{ change: edit.change, verdict: other }]
      : [];
  };
  const entries =
    isPod(verdict) || hasListener(verdict)
      ? []
      : entrySpecs(call).map((spec) => entryEdit(call, spec, mesh));
  const entry = entries.map(tried).find((found) => found.length > 0) ?? [];
  return [...entry, ...tried(policyEdit(call, mesh))];
}

/** The service that was dialled made the listener: what it lacks is no other way in, but the bytes that it is for. */
function hasListener({ call, steps }: Verdict): boolean {
  return steps.some(({ stage, subject }) => stage === 'service' && subject === call.to.host);
}

/** Nobody writes a ServiceEntry for one pod of the mesh. */
function isPod({ steps }: Verdict): boolean {
  return steps.some(({ reason }) => reason === 'pod-address' || reason === 'own-address');
}

/** The narrowest first. A name that the client sends by TLS tells its connections from others to the port; else the address does. */
function entrySpecs({ sni, to }: Call): Spec[] {
  const { ip, port } = to;
  const host = to.host?.toLowerCase();
  const common = { location: 'MESH_EXTERNAL', exportTo: ['.'] };
  const tcp = [{ number: port, name: 'tcp', protocol: 'TCP' }];
  const byName =
    sni === undefined
      ? []
      : [
          {
            hosts: [sni.toLowerCase()],
            ports: [{ number: port, name: 'tls', protocol: 'TLS' }],
            resolution: 'DNS',
            ...common,
          },
        ];
  if (ip !== undefined)
    return [
      ...byName,
      {
        // An entry wants a name, which no client of an address uses.
        hosts: [host ?? `${plainName(ip)}.external`],
        addresses: [ip],
        ports: tcp,
        resolution: 'NONE',
        ...common,
      },
    ];
  return host === undefined
    ? byName
    : [...byName, { hosts: [host], ports: tcp, resolution: 'DNS', ...common }];
}

const plainName = (ip: string): string => `ip-${ip.replaceAll(/[.:]+/g, '-').replace(/-$/, '')}`;

function entryEdit({ from, to, sni }: Call, spec: Spec, mesh: Mesh): Edit | null {
  const { namespace } = from;
  const name = freeName(`${sni ?? to.host ?? to.ip ?? ''}`, namespace, mesh);
  const apiVersion = 'networking.istio.io/v1';
  const text = writeYaml({
    apiVersion,
    kind: 'ServiceEntry',
    metadata: { name, namespace },
    spec,
  });
  const object = decoded(text, mesh.resources.length);
  if (object === null) return null;
  const all = to.ip === undefined && sni === undefined;
  const wide = all ? `, which takes port ${to.port} of every address that has no listener` : '';
  const order = wholeOrder('add', `with spec ${writeFlowYaml(spec)}${wide}`);
  return { change: { kind: 'config', ...order, object, span: null, added: text }, edited: object };
}

function freeName(told: string, namespace: string, { resources }: Mesh): string {
  const plain = told.toLowerCase().replaceAll(/[^a-z0-9.-]+/g, '-');
  const name = parseAddress(told) === null ? plain.replaceAll('.', '-') : plainName(told);
  const isTaken = (wanted: string): boolean =>
    resources.some(
      (one) => one.kind === 'ServiceEntry' && one.namespace === namespace && one.name === wanted,
    );
  return isTaken(name) ? `${name}-${resources.length}` : name;
}

/** Null for what Istio would not take, a name that is none for instance. */
function decoded(text: string, order: number): Resource | null {
  const { resources } = decodeSources([{ name: '', text }], { defaultNamespace: 'default' });
  const [object] = admit(resources).admitted;
  return object === undefined ? null : { ...object, order };
}

/** Whoever says REGISTRY_ONLY says ALLOW_ANY. */
function policyEdit({ from }: Call, mesh: Mesh): Edit | null {
  const what = 'write outboundTrafficPolicy as {mode: ALLOW_ANY}, which opens every address';
  const sidecar = sidecarFor(mesh, from.namespace, from.labels);
  const policy = sidecar?.spec.outboundTrafficPolicy;
  if (sidecar !== null && policy !== undefined) {
    const outboundTrafficPolicy = { ...policy, mode: 'ALLOW_ANY' as const };
    const span = spanAt(sidecar.spec, 'outboundTrafficPolicy');
    return {
      change: { kind: 'config', what, object: sidecar, span },
      edited: { ...sidecar, spec: { ...sidecar.spec, outboundTrafficPolicy } },
    };
  }
  const { resource } = mesh.config;
  const config = resource === null ? null : readMeshConfig(resource);
  if (resource === null || config === null) return null;
  const { kind, apiVersion, namespace, name } = resource;
  const fields = { ...config.fields, outboundTrafficPolicy: { mode: 'ALLOW_ANY' } };
  const data = { mesh: JSON.stringify(fields) };
  const text = writeYaml({ apiVersion, kind, metadata: { name, namespace }, data });
  const edited = decoded(text, resource.order);
  if (edited === null) return null;
  return { change: { kind: 'config', what, object: resource, span: config.span }, edited };
}

/** The whole verdict on one resource: what is wrong, and which of the two gates of a cluster refuses it. */
import { type Finding, findingOf, gravestFirst, type RuleMeta } from '../diagnostic/index.ts';
import { at, type DecodeProblem, kinds, type Resource, refOf } from '../resource/index.ts';
import { agree, count } from '../text/index.ts';
import { entryOf } from '../yaml/index.ts';
import { checkField, type SchemaDefect } from './api-server/schema.ts';
import { checkDestinationRule } from './destination-rule/destination-rule.ts';
import { checkGateway } from './gateway/gateway.ts';
import { checkEndpoints } from './parts/endpoints.ts';
import { checkAnnotations } from './parts/metadata.ts';
import { checkObjectMetadata } from './parts/object-metadata.ts';
import { checkObjectName } from './parts/object-name.ts';
import { checkServicePorts } from './parts/service-ports.ts';
import { checkServiceShape } from './parts/service-shape.ts';
import { checkStaticEndpoint } from './parts/workload-entry.ts';
import { type Report, reportInto } from './report.ts';
import { decodingRules as rules } from './rules/decoding.ts';
import { documentRules } from './rules/document.ts';
import { checkServiceEntry } from './service-entry/service-entry.ts';
import { checkSidecar } from './sidecar/sidecar.ts';
import { checkVirtualService } from './virtual-service/virtual-service.ts';

/** refusedBy…: a cluster would not store the resource. findings: in no particular order. */
export type Judgement = {
  readonly findings: readonly Finding[];
  readonly refusedByApiServer: boolean;
  readonly refusedByIstio: boolean;
};

/** More findings than this on one resource are cut short. */
const maxFindings = 200;

const judgements = new WeakMap<Resource, Judgement>();

/** Made once a resource, at its first use. */
export function judgementOf(resource: Resource): Judgement {
  let judgement = judgements.get(resource);
  if (judgement === undefined) {
    judgement = judgeResource(resource);
    judgements.set(resource, judgement);
  }
  return judgement;
}

/** What the API server and Istio's own validation find wrong in one resource. */
export function judge(resource: Resource): readonly Finding[] {
  return judgementOf(resource).findings;
}

function judgeResource(resource: Resource): Judgement {
  const decoding = resource.problems.map((problem) => decodeFinding(problem, resource));
  const found: Finding[] = [];
  const report = reportInto(found, resource);
  const grave = resource.problems.some(stopsIstio);
  checkByIstio(resource, grave, report);
  const refusedByIstio =
    kinds[resource.kind].family !== 'kubernetes' && (grave || found.some((f) => f.istio.rejects));
  const defects = schemaDefects(resource);
  const named = checkObjectName(resource, report);
  const described =
    kinds[resource.kind].family !== 'istio' || checkObjectMetadata(resource, report);
  const shaped =
    (resource.kind !== 'EndpointSlice' && resource.kind !== 'Endpoints') ||
    checkEndpoints(resource, report);
  // Its mistakes are told, but what Istio would do with such a Service is shown all the same.
  if (resource.kind === 'Service') checkServiceShape(resource, report);
  const refusedByApiServer =
    !named || !described || !shaped || defects.length > 0 || resource.problems.some(stopsApiServer);
  const findings = [...decoding, ...found];
  explainByMisspelling(resource.problems, findings);
  const told = new Set([
    ...findings.map((finding) => finding.path),
    ...resource.problems.flatMap(({ meant }) => meant ?? []),
  ]);
  for (const defect of defects) {
    if (told.has(defect.path)) continue;
    findings.push(findingOf(defect.rule, { ...defect, resource: refOf(resource) }));
  }
  return {
    findings: limited(isInList(resource) ? findings.map(unseenByValidate) : findings, resource),
    refusedByApiServer,
    refusedByIstio,
  };
}

/** The rules of Istio's validation; after a failure of the decoder it does not get to them. */
function checkByIstio(resource: Resource, grave: boolean, report: Report): void {
  if (resource.kind === 'Service') return checkServicePorts(resource, report);
  if (kinds[resource.kind].family !== 'istio' || grave) return;
  // `istioctl validate` and the webhook stop at a forbidden annotation; `istioctl analyze` does not see it and goes on.
  checkAnnotations(resource, report);
  switch (resource.kind) {
    case 'VirtualService':
      return checkVirtualService(resource, report);
    case 'DestinationRule':
      return checkDestinationRule(resource, report);
    case 'Gateway':
      return checkGateway(resource, report);
    case 'ServiceEntry':
      return checkServiceEntry(resource, report);
    case 'Sidecar':
      return checkSidecar(resource, report);
    case 'WorkloadEntry':
      return checkStaticEndpoint(resource.spec, null, report);
    default:
      return;
  }
}

function schemaDefects(resource: Resource): SchemaDefect[] {
  const { kind } = resource;
  const { node } = resource.root[at];
  const defects: SchemaDefect[] = [];
  if (kinds[kind].family !== 'istio' || node.kind !== 'map') return defects;
  const spec = entryOf(node, 'spec');
  if (spec !== undefined) checkField(kinds[kind].spec(), spec, null, defects);
  else if (kind === 'ServiceEntry' || kind === 'WorkloadEntry')
    defects.push({
      rule: rules.apiServerRequired,
      message: 'there is no spec',
      span: entryOf(node, 'kind')?.value ?? node,
      path: 'spec',
    });
  return defects;
}

function isInMetadata(problem: DecodeProblem): boolean {
  if (problem.kind === 'top-level') return false;
  return problem.path.startsWith('metadata') || problem.path.startsWith('status');
}

/** Does Istio's decoder refuse the document for it? It leaves metadata alone. */
function stopsIstio(problem: DecodeProblem): boolean {
  switch (problem.kind) {
    case 'type':
    case 'enum':
    case 'range':
    case 'duration':
    case 'base64':
      return !isInMetadata(problem);
    default:
      return false;
  }
}

/** What the schema check does not see: names of fields, and whatever is outside of an Istio spec. */
function stopsApiServer(problem: DecodeProblem): boolean {
  switch (problem.kind) {
    case 'unknown-field':
    case 'snake-case':
    case 'top-level':
      return true;
    case 'reading':
      return false;
    default:
      return isInMetadata(problem) || !problem.path.startsWith('spec');
  }
}

function ruleOfProblem(kind: DecodeProblem['kind']): RuleMeta {
  switch (kind) {
    case 'unknown-field':
      return rules.unknownField;
    case 'snake-case':
      return rules.snakeCase;
    case 'type':
      return rules.wrongType;
    case 'enum':
      return rules.unknownValue;
    case 'range':
      return rules.outOfRange;
    case 'duration':
      return rules.notADuration;
    case 'base64':
      return rules.notBase64;
    case 'reading':
      return documentRules.surprisingScalar;
    case 'top-level':
      return rules.topLevelField;
  }
}

function decodeFinding(problem: DecodeProblem, resource: Resource): Finding {
  const ofIstio = kinds[resource.kind].family !== 'kubernetes' && !isInMetadata(problem);
  const rule =
    ofIstio || problem.kind === 'reading' ? ruleOfProblem(problem.kind) : rules.nativeType;
  const { message, span, path, help, fix } = problem;
  return findingOf(rule, {
    message,
    span,
    path,
    resource: refOf(resource),
    ...(help === '' ? {} : { help }),
    fix,
    ...(stopsValidate(problem, resource) ? { istio: { rejects: true, code: null } } : {}),
  });
}

/** Of Kubernetes' own kinds `istioctl validate` reads one map more: the labels of a Deployment's pods (validate.go:GetTemplateLabels). */
function stopsValidate({ kind, path }: DecodeProblem, resource: Resource): boolean {
  if (resource.kind !== 'Deployment' || resource.namespace === 'istio-system') return false;
  const template = 'spec.template.metadata';
  return kind === 'type' && (path === template || path.startsWith(`${template}.labels`));
}

/** A misspelt field is missing too. That is one defect: it is told once, by the code that says what was meant. */
function explainByMisspelling(problems: readonly DecodeProblem[], findings: Finding[]): void {
  for (const problem of problems) {
    if (problem.meant === undefined) continue;
    const missing = findings.findIndex((f) => f.path === problem.meant && f.istio.rejects);
    const unknown = findings.findIndex((f) => f.path === problem.path);
    const [consequence, cause] = [findings[missing], findings[unknown]];
    if (consequence === undefined || cause === undefined) continue;
    findings[unknown] = { ...cause, istio: { rejects: true, code: consequence.istio.code } };
    findings.splice(missing, 1);
  }
}

/** istioctl validate does not look at Istio's kinds inside a List. */
function isInList(resource: Resource): boolean {
  return kinds[resource.kind].family !== 'kubernetes' && resource.inList;
}

function unseenByValidate(finding: Finding): Finding {
  return { ...finding, istio: { ...finding.istio, rejects: false } };
}

function limited(findings: readonly Finding[], resource: Resource): readonly Finding[] {
  const sorted = gravestFirst(findings);
  const rest = sorted.slice(maxFindings);
  const [gravest] = rest;
  if (gravest === undefined) return findings;
  const more = findingOf(rules.tooMany, {
    message: `${count(rest.length, 'more problem')} of this resource ${agree(rest.length, 'is', 'are')} left out`,
    span: gravest.span,
    path: gravest.path,
    resource: refOf(resource),
    severity: gravest.severity,
    istio: { rejects: rest.some((f) => f.istio.rejects), code: null },
  });
  return [...sorted.slice(0, maxFindings), more];
}

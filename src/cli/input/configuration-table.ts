/** The fields of .tcpmesh.yaml: decoding, suggestions and the JSON Schema come from this table. */
import {
  type Decoded,
  int32,
  list,
  map,
  message,
  oneOfNames,
  required,
  string,
} from '../../resource/index.ts';

export const ignoreEntry = message('Ignore', {
  code: required(string()),
  path: string(),
  resource: string(),
  reason: string(),
});

export const configurationTable = message('Configuration', {
  config: list(string()),
  namespace: string(),
  clusterDomain: string(),
  rootNamespace: string(),
  mode: oneOfNames('sidecar', 'ambient'),
  ambientProfile: oneOfNames('istio', 'asm'),
  refs: oneOfNames('auto', 'require', 'ignore'),
  failOn: oneOfNames('error', 'warning', 'info', 'never'),
  maxWarnings: int32({ minimum: 0 }),
  severities: map(oneOfNames('error', 'warning', 'info', 'off')),
  ignores: list(ignoreEntry),
  baseline: string(),
});

export type ConfigurationFields = Decoded<typeof configurationTable>;

/** What each field is for, for the JSON Schema. */
export const configurationDocs: Readonly<Record<string, string>> = {
  config:
    'Files, folders and globs, relative to this file, that commands read when no input is named.',
  namespace: 'The namespace of objects that name none. Default: default.',
  clusterDomain: 'The DNS domain of the cluster. Default: cluster.local.',
  rootNamespace:
    'The namespace of Istio itself: its ConfigMap is there, and, unless that says another rootNamespace, the Sidecar and the DestinationRules that hold for the whole mesh. Default: istio-system.',
  ambientProfile: 'Whose ambient mode: istio, or asm as Alibaba documents it. Default: istio.',
  mode: 'How workloads are captured. Default: sidecar.',
  refs: 'Whether a reference to something that is not among the files is a fault: auto (only where the files define resources of that kind), require, ignore. Default: auto.',
  failOn: 'The gravity from which findings make the exit code 1. Default: error.',
  maxWarnings: 'More warnings than this make the exit code 1.',
  severities: 'Gravity by rule code or name; off silences the rule.',
  ignores:
    'Findings to leave out: by code, and by file glob or resource (Kind name.namespace, * allowed) where given.',
  baseline: 'A file of known findings, written by tcpmesh validate --write-baseline.',
};

/** Rules about the text of a document, before it is anything of Istio's: TCM0001 to TCM0099. */
import type { RuleMeta } from '../../diagnostic/index.ts';
import { own } from './define.ts';

export const documentRules = {
  yamlSyntax: own('TCM0001', 'yaml-syntax', 'error', true, {
    summary: 'The text is not YAML.',
    why: 'Nothing of the document is read; istioctl and kubectl stop at the file.',
    help: 'Mend the YAML at this place.',
  }),
  duplicateKey: own('TCM0002', 'duplicate-key', 'error', true, {
    summary: 'A key stands twice in one map.',
    why: '`istioctl validate` refuses the file; kubectl silently takes the last one, so the first is never in force.',
    help: 'Keep one of them.',
  }),
  badKey: own('TCM0003', 'bad-key', 'error', true, {
    summary: 'A key is empty, a list or a map.',
    why: 'Such a document has no JSON form, so no tool of Kubernetes or Istio takes it.',
    help: 'Write a name before the colon, or quote it.',
  }),
  notANumber: own('TCM0004', 'infinite-number', 'error', true, {
    summary: 'A plain .inf or .nan stands as a value.',
    why: 'YAML reads it as a number that JSON cannot hold, so the whole document is refused.',
    help: 'Quote it if a string is meant.',
  }),
  tooLarge: own('TCM0005', 'document-limit', 'error', true, {
    summary: 'A document is nested deeper or is larger than tcpmesh reads.',
    why: 'No cluster would store such an object; tcpmesh bounds its time and memory.',
    help: 'Check that this is the file that is meant.',
  }),
  notAnObject: own('TCM0006', 'not-an-object', 'error', true, {
    summary: 'A document is a list or a single value instead of a map of fields.',
    why: 'It is no Kubernetes object; `istioctl validate` refuses the file.',
    help: 'Start the document with `apiVersion` and kind.',
  }),
  noKind: own('TCM0007', 'no-kind', 'warning', false, {
    summary: 'A document has no `apiVersion` or no kind.',
    why: '`istioctl validate` passes it as not of Istio, so nothing in it is checked; the API server refuses it.',
    help: 'Add `apiVersion` and kind.',
  }),
  misspeltKind: own('TCM0008', 'misspelt-kind', 'warning', false, {
    summary: '`kind` or `apiVersion` is nearly that of an Istio kind, but not quite.',
    why: '`istioctl validate` calls the file valid, because it takes the document for something foreign and looks at nothing.',
    help: 'Write kind and `apiVersion` as Istio does.',
  }),
  notChecked: own('TCM0009', 'kind-not-checked', 'info', false, {
    summary: 'A document is of a kind that tcpmesh does not check.',
    why: 'Mistakes in it are not found. What it configures has no part in what tcpmesh says, but for a waypoint that is a Gateway of the Gateway API, the meshConfig of an IstioOperator, and DNS capture that a ProxyConfig turns on for the whole mesh.',
    help: 'Nothing, unless it is meant to be of another kind.',
  }),
  surprisingScalar: own('TCM0010', 'yaml-surprise', 'info', false, {
    summary:
      'An unquoted value is not what it looks like: YAML 1.1 makes it a boolean, a number of another base or a null.',
    why: '`on`, `off`, `y`, `n`, `yes` and `no` are booleans to Istio and Kubernetes, 010 is eight.',
    help: 'Quote it if the text is meant; write the plain form otherwise.',
  }),
  inList: own('TCM0011', 'list-not-validated', 'info', false, {
    summary: 'Istio resources stand inside a List.',
    why: '`istioctl validate` does not look into Lists; the cluster does, so a mistake shows only there. tcpmesh checks them.',
    help: 'Write the items as documents of their own, separated by ---.',
  }),
  unread: own('TCM0013', 'unread-text', 'error', false, {
    summary: 'Something stands behind the end of a document, before the next `---`.',
    why: 'A line with `...`, the bracket that closes a document, or a line less indented than the first ends it. Istio and kubectl take the first document between two lines of `---` and silently do not look at the rest; of JSON objects one after the other kubectl alone reads all.',
    help: 'Separate documents by a line with `---` alone, and begin all fields of an object in one column.',
  }),
  notBuilt: own('TCM0014', 'kustomization-not-built', 'info', false, {
    summary: 'A kustomization among the files changes the objects that it lists.',
    why: 'Patches are parts of objects, and a namespace or a prefix is put in later: what the files say by themselves is not what a cluster gets.',
    help: 'Build it and check the result: `kubectl kustomize . | tcpmesh validate -`.',
  }),
  directive: own('TCM0015', 'yaml-directive', 'error', true, {
    summary: 'A line such as `%YAML 1.1` stands before a document.',
    why: 'istioctl and kubectl cut a file at the lines with `---` before they read it. The line is then a document by itself, and no YAML: they stop at the file.',
    help: 'Remove the line: Istio and Kubernetes read all files as YAML 1.1 and know no tags.',
  }),
  nothingToCheck: own('TCM0012', 'nothing-to-check', 'error', false, {
    summary: 'The whole input is empty, or holds nothing but comments.',
    why: 'Nothing was checked, so nothing can be said to be right. An empty file is often one that something failed to write.',
    help: 'Write resources into it, or name another file.',
  }),
} as const satisfies { readonly [name: string]: RuleMeta };

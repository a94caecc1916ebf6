/**
 * Room validation (4): what the API server and Istio refuse or warn about in ONE resource, and so which documents a cluster would hold.
 * May import text/ to resource/. May not look at other resources: references are lint's.
 */
export { type Admission, admit, type Refusal } from './admit.ts';
export { judge } from './judge.ts';
export { judgeDocuments, judgeEmptiness, misspeltKinds } from './judge-documents.ts';
export { kustomizationFile } from './kustomization.ts';
export { validationRules } from './rules.ts';
export { isJwtClaim } from './virtual-service/http/http-match.ts';

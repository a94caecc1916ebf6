/** All that can be said of one resource alone, and of documents that hold none. */
import type { Finding } from '../diagnostic/index.ts';
import type { DecodedSources, Resource } from '../resource/index.ts';

/** What the API server and Istio's own validation find wrong in one resource. */
export function judge(_resource: Resource): readonly Finding[] {
  return [];
}

/** What is wrong with documents as text (YAML, repeated keys), and which of them hold nothing that is checked. */
export function judgeDocuments(_decoded: DecodedSources): readonly Finding[] {
  return [];
}

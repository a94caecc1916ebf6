/** Field table: the metadata that every object carries, as far as tcpmesh reads it. */
import { type Decoded, map, openMessage, string } from '../field-table.ts';

export const objectMeta = openMessage('ObjectMeta', {
  name: string(),
  generateName: string(),
  namespace: string(),
  labels: map(string()),
  annotations: map(string()),
  creationTimestamp: string(),
  deletionTimestamp: string(),
});

export type ObjectMeta = Decoded<typeof objectMeta>;

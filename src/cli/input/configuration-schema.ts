/** The JSON Schema of .tcpmesh.yaml, for editors. */
import { schemaOf } from '../../resource/index.ts';
import { configurationDocs, configurationTable } from './configuration-table.ts';

export function configurationSchema(): { readonly [keyword: string]: unknown } {
  const { fields } = configurationTable;
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: '.tcpmesh.yaml',
    ...schemaOf(configurationTable),
    properties: Object.fromEntries(
      Object.entries(fields).map(([name, type]) => [
        name,
        { description: configurationDocs[name], ...schemaOf(type) },
      ]),
    ),
  };
}

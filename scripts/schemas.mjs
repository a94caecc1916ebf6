// Writes docs/schemas: JSON Schemas for editors, of the resources and of .tcpmesh.yaml, made from the field tables.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSource } from './load-source.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { editorSchemas } = await loadSource(join(root, 'src/resource/index.ts'));
const folder = join(root, 'docs/schemas');
mkdirSync(folder, { recursive: true });
const { configurationSchema } = await loadSource(
  join(root, 'src/cli/input/configuration-schema.ts'),
);
const schemas = { ...editorSchemas(), 'tcpmesh.json': configurationSchema() };
for (const [name, schema] of Object.entries(schemas)) {
  writeFileSync(join(folder, name), `${JSON.stringify(schema, null, 1)}\n`);
}

/** The JSON Schemas for editors are fresh, are schemas, and take what the tutorials write. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { configurationSchema } from '../../src/cli/input/configuration-schema.ts';
import { configurationDocs, configurationTable } from '../../src/cli/input/configuration-table.ts';
import { editorSchemas } from '../../src/resource/index.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const schemas: Readonly<Record<string, object>> = {
  ...editorSchemas(),
  'tcpmesh.json': configurationSchema(),
};

describe('docs/schemas', () => {
  it('holds what the field tables say (npm run docs writes it)', () => {
    const files = readdirSync(join(root, 'docs/schemas')).sort();
    expect(files).toEqual(expect.arrayContaining(Object.keys(schemas)));
    for (const [name, schema] of Object.entries(schemas)) {
      expect(readFileSync(join(root, 'docs/schemas', name), 'utf8'), name).toBe(
        `${JSON.stringify(schema, null, 1)}\n`,
      );
    }
  });

  it('takes every Istio document of the working samples, and no misspelt one', () => {
    const ajv = new Ajv({ strict: false });
    const validate = ajv.compile(schemas['istio.json'] ?? {});
    const files = readdirSync(join(root, 'samples'), { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.yaml'),
    );
    let seen = 0;
    for (const file of files) {
      const documents = parseAllDocuments(readFileSync(join(root, 'samples', file), 'utf8'));
      for (const document of Array.isArray(documents) ? documents : []) {
        const value: unknown = document.toJS();
        if (value === null) continue;
        seen++;
        expect(validate(value), `${file}: ${ajv.errorsText(validate.errors)}`).toBe(true);
      }
    }
    expect(seen).toBeGreaterThan(20);
    const misspelt = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'x' },
      spec: { tcp: [{ matches: [] }] },
    };
    expect(validate(misspelt)).toBe(false);
  });

  it('of .tcpmesh.yaml says what each key is for, and takes the one of this checkout', () => {
    expect(Object.keys(configurationDocs).sort()).toEqual(
      Object.keys(configurationTable.fields).sort(),
    );
    const ajv = new Ajv({ strict: false });
    const validate = ajv.compile(schemas['tcpmesh.json'] ?? {});
    const [document] = parseAllDocuments(readFileSync(join(root, '.tcpmesh.yaml'), 'utf8'));
    expect(validate(document?.toJS()), ajv.errorsText(validate.errors)).toBe(true);
    expect(validate({ severities: { IST0101: 'off', 'unknown-host': 'info' } })).toBe(true);
    expect(validate({ severities: { IST0101: 'grave' } })).toBe(false);
    expect(validate({ severity: {} })).toBe(false);
  });
});

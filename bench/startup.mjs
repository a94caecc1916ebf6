// What a command takes before it has anything to do, as a ratio to `node -e 0`. Goals: --help 1.10, a validation of two documents 1.15.
// Run after npm run build: node bench/startup.mjs [rounds]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { meshText } from './mesh-text.mjs';
import { installed, sideBySide } from './side-by-side.mjs';

const rounds = Number(process.argv[2] ?? 31);
const schemas = fileURLToPath(new URL('../docs/schemas/', import.meta.url));
const bin = fileURLToPath(new URL('../bin/tcpmesh.js', import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'tcpmesh-bench-'));
const two = join(cwd, 'two.yaml');
writeFileSync(two, meshText(2));
const node = process.execPath;
const commands = {
  'node -e 0': [node, '-e', '0'],
  'tcpmesh --help': [node, bin, '--help'],
  'tcpmesh version': [node, bin, 'version'],
  'tcpmesh validate, 2 documents': [node, bin, 'validate', two],
};
if (installed('istioctl'))
  commands['istioctl validate, 2 documents'] = ['istioctl', 'validate', '-f', two];
if (installed('kubeconform'))
  commands['kubeconform, 2 documents'] = [
    'kubeconform',
    '-schema-location',
    `${schemas}{{.ResourceKind}}.json`,
    two,
  ];
// Of a long list of certificates Node reads all at each start, which takes longer than all else: every row has it, and ratios get small.
if (process.env.NODE_EXTRA_CA_CERTS)
  console.error('NODE_EXTRA_CA_CERTS is set: all rows have the time in it that Node takes for it');
try {
  sideBySide(commands, { rounds, cwd });
} finally {
  rmSync(cwd, { recursive: true, force: true });
}

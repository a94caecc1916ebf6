// Whole validations of large inputs, everything on, beside istioctl and kubeconform where they are installed. Peak memory at the end.
// kubeconform is given the schemas of docs/schemas, so that it does check the documents.
// Run after npm run build: node bench/validate.mjs [documents] [rounds]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { meshText } from './mesh-text.mjs';
import { installed, sideBySide } from './side-by-side.mjs';

const count = Number(process.argv[2] ?? 5000);
const rounds = Number(process.argv[3] ?? 5);
const bin = fileURLToPath(new URL('../bin/tcpmesh.js', import.meta.url));
const schemas = fileURLToPath(new URL('../docs/schemas/', import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'tcpmesh-bench-'));
const file = join(cwd, 'mesh.yaml');
writeFileSync(file, meshText(count));
const node = process.execPath;
const validate = [node, bin, 'validate', file, '-o', 'concise'];
const commands = {};
if (installed('istioctl')) {
  commands['istioctl validate'] = ['istioctl', 'validate', '-f', file];
  commands['istioctl analyze'] = ['istioctl', 'analyze', '--use-kube=false', '-A', file];
}
if (installed('kubeconform'))
  commands.kubeconform = [
    'kubeconform',
    '-schema-location',
    `${schemas}{{.ResourceKind}}.json`,
    file,
  ];
commands['tcpmesh validate'] = validate;
try {
  console.log(`${count} documents`);
  sideBySide(commands, { rounds, cwd });
  const peak = spawnSync(
    node,
    [
      '-e',
      `process.argv.splice(1, 0, 'node'); process.on('exit', () => console.error(process.resourceUsage().maxRSS)); require(${JSON.stringify(bin)})`,
      ...validate.slice(2),
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  console.log(
    `peak memory of tcpmesh: ${Math.round(Number(peak.stderr.trim().split('\n').at(-1)) / 1024)} MiB`,
  );
} finally {
  rmSync(cwd, { recursive: true, force: true });
}

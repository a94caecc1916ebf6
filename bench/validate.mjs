// Whole validations of large inputs, everything on, beside istioctl and kubeconform where they are installed. Peak memory at the end.
// kubeconform is given the schemas of docs/schemas, so that it does check the documents.
// Run after npm run build: node bench/validate.mjs [documents] [rounds]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { meshText, wholeMeshText } from './mesh-text.mjs';
import { installed, sideBySide } from './side-by-side.mjs';

const count = Number(process.argv[2] ?? 5000);
const rounds = Number(process.argv[3] ?? 5);
const bin = fileURLToPath(new URL('../bin/tcpmesh.js', import.meta.url));
const schemas = fileURLToPath(new URL('../docs/schemas/', import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'tcpmesh-bench-'));
const node = process.execPath;

function commandsFor(file) {
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
  commands['tcpmesh validate'] = [node, bin, 'validate', file, '-o', 'concise'];
  return commands;
}

/** MiB that a validation takes at its peak. */
function peakOf(file) {
  const run = `process.argv.splice(1, 0, 'node'); process.on('exit', () => console.error(process.resourceUsage().maxRSS)); require(${JSON.stringify(bin)})`;
  const { stderr } = spawnSync(node, ['-e', run, 'validate', file, '-o', 'concise'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return Math.round(Number(stderr.trim().split('\n').at(-1)) / 1024);
}

try {
  const file = join(cwd, 'mesh.yaml');
  for (const [what, text] of [
    ['VirtualServices and DestinationRules', meshText(count)],
    ['with the Services that they are for', wholeMeshText(count)],
  ]) {
    writeFileSync(file, text);
    console.log(`${count} documents, ${what}`);
    sideBySide(commandsFor(file), { rounds, cwd });
    console.log(`peak memory of tcpmesh: ${peakOf(file)} MiB`);
  }
} finally {
  rmSync(cwd, { recursive: true, force: true });
}

/** Runs test files against the configuration that each names; one mesh for all files that name the same. */
import { dirname, join, relative } from 'node:path';
import { type Finding, findingOf } from '../../diagnostic/index.ts';
import {
  type ConfigPath,
  runConnections,
  type TestFile,
  type TestResult,
  testFileRule,
} from '../../expectation/index.ts';
import { buildMesh, type Mesh } from '../../mesh/index.ts';
import { escapeControls } from '../../report/index.ts';
import { decodeSources, foreignSettingsOf } from '../../resource/index.ts';
import { locationOf, type Source } from '../../text/index.ts';
import { admit, judge } from '../../validation/index.ts';
import { type Configuration, readConfiguration } from '../input/configuration.ts';
import { findFiles } from '../input/find-files.ts';
import { readFile } from '../input/read-source.ts';
import type { World } from '../world.ts';

export type RanFile = { readonly mesh: Mesh; readonly results: readonly TestResult[] };

export class TestRunner {
  /** Documents that a cluster would not take, over all meshes. */
  refused = 0;
  private readonly world: World;
  private readonly configuration: Configuration;
  private readonly namespace: string;
  private readonly meshes = new Map<string, Mesh>();

  constructor(world: World, options: { readonly namespace: string | undefined }) {
    this.world = world;
    this.configuration = readConfiguration(world);
    this.namespace = options.namespace ?? this.configuration.namespace ?? 'default';
  }

  /** path: where the test file is, for what it names is relative to it. Findings: why it cannot be run. */
  run(file: TestFile, path: string): RanFile | readonly Finding[] {
    const sources: Source[] = [];
    const findings: Finding[] = [];
    for (const config of file.config) {
      const read = this.read(config, dirname(path));
      if (typeof read === 'string') findings.push(cannotRead(config, read));
      else sources.push(...read);
    }
    if (findings.length > 0) return findings;
    const key = JSON.stringify([file.created, sources.map(({ name }) => name)]);
    const known = this.meshes.get(key) ?? this.build(sources, file);
    if (!('services' in known)) return known;
    this.meshes.set(key, known);
    return {
      mesh: known,
      results: runConnections(file, known, this.configuration.mode === 'ambient'),
    };
  }

  private read({ path }: ConfigPath, folder: string): Source[] | string {
    const { world } = this;
    const name = relative(world.cwd, join(folder, path)) || '.';
    const found = findFiles(world.files, world.cwd, [name]);
    const sources: Source[] = [];
    for (const file of found.files) {
      const source = readFile(world.files, file);
      if ('message' in source) return `${source.name}: ${source.message}`;
      sources.push(source);
    }
    const [problem] = found.problems;
    return problem === undefined ? sources : `${problem.name}: ${problem.message}`;
  }

  /** Findings where nothing in a file can be read; one broken document among others is left out, as a refused one is. */
  private build(sources: readonly Source[], file: TestFile): Mesh | readonly Finding[] {
    const { namespace: defaultNamespace } = this;
    const decoded = decodeSources(sources, { defaultNamespace, atHand: judge });
    const unreadable = decoded.documents.filter(
      (document) => document.problems.length > 0 && document.root === null,
    );
    const objects = [...decoded.resources, ...decoded.foreign];
    const readable = new Set(objects.map(({ span }) => span.source));
    for (const { problems } of unreadable) {
      const [problem] = problems;
      if (problem === undefined) continue;
      if (!readable.has(problem.span.source))
        return [findingOf(testFileRule, { ...problem, path: '', resource: null })];
      this.leaveOut(`the document at ${locationOf(problem.span)}, ${problem.message}`);
    }
    const { admitted, refused } = admit(decoded.resources);
    for (const { resource, by, findings } of refused) {
      const who = by === 'istio' ? 'Istio refuses it' : 'the API server refuses it';
      const [first] = findings;
      const why = first === undefined ? '' : `: ${first.message}`;
      const place = locationOf(first?.span ?? resource.span);
      const { kind, namespace, name } = resource;
      this.leaveOut(`${kind} ${namespace}/${name} (${place}), ${who}${why}`);
    }
    return buildMesh(admitted, {
      clusterDomain: this.configuration.clusterDomain,
      systemNamespace: this.configuration.rootNamespace,
      foreign: foreignSettingsOf(decoded.foreign, defaultNamespace),
      created: file.created === null ? undefined : Math.floor(Date.parse(file.created) / 1000),
    });
  }

  private leaveOut(what: string): void {
    this.refused++;
    this.world.stderr.write(`left out: ${escapeControls(what)}\n`);
  }
}

function cannotRead({ span, path }: ConfigPath, why: string): Finding {
  return findingOf(testFileRule, {
    message: `config ${JSON.stringify(path)} cannot be read: ${why}`,
    help: 'Name files or folders relative to this test file.',
    span,
    path: 'config',
    resource: null,
  });
}

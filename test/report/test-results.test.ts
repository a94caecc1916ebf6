/** Test results in each form: what a script may rely on, and that no name breaks the form. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TestResult } from '../../src/expectation/index.ts';
import {
  plainPaint,
  testsAsJson,
  testsAsJunit,
  testsAsTap,
  testsAsText,
} from '../../src/report/index.ts';

const source = { name: 'routes.mesh-test.yaml', text: 'config:\n\nconnections: 1' };
const result = (over: Partial<TestResult>): TestResult => ({
  file: source.name,
  name: 'foo goes to v1',
  span: { source, start: 9, end: 10 },
  ok: true,
  problem: null,
  mismatches: [],
  parting: null,
  verdict: null,
  notes: [],
  ...over,
});
const failure = result({
  name: 'bar goes to v2',
  ok: false,
  mismatches: [{ what: 'outcome', expected: 'routed', actual: 'passthrough' }],
  parting: {
    stage: 'listener',
    subject: '10.96.20.1:19000',
    result: 'rejected',
    reason: 'no-listener',
    message: 'no service listens there',
    span: { source, start: 0, end: 1 },
  },
});

describe('test results', () => {
  it('as JSON are the contract', () => {
    expect(JSON.parse(testsAsJson([result({}), failure]))).toEqual({
      schemaVersion: 1,
      summary: { passed: 1, failed: 1 },
      tests: [
        { file: source.name, name: 'foo goes to v1', ok: true, message: '' },
        {
          file: source.name,
          name: 'bar goes to v2',
          ok: false,
          message:
            'outcome: expected routed\n         got      passthrough\nthey part at 10.96.20.1:19000: no service listens there (routes.mesh-test.yaml:1)',
        },
      ],
    });
  });

  it('as text name the file, the failure and the sum', () => {
    expect(testsAsText([result({}), failure], plainPaint)).toMatchInlineSnapshot(`
      "✗ routes.mesh-test.yaml 1 failed, 1 passed

        ✗ bar goes to v2  routes.mesh-test.yaml:3
          outcome: expected routed
                   got      passthrough
          they part at 10.96.20.1:19000: no service listens there (routes.mesh-test.yaml:1)

      1 failed, 1 passed (1 file)
      "
    `);
  });

  it('as TAP', () => {
    expect(testsAsTap([result({}), failure])).toMatchInlineSnapshot(`
      "TAP version 14
      1..2
      ok 1 - routes.mesh-test.yaml: foo goes to v1
      not ok 2 - routes.mesh-test.yaml: bar goes to v2
        ---
        message: |-
          outcome: expected routed
                   got      passthrough
          they part at 10.96.20.1:19000: no service listens there (routes.mesh-test.yaml:1)
        ...
      # passed 1
      # failed 1
      "
    `);
  });

  it('as JUnit', () => {
    expect(testsAsJunit([result({}), failure])).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="tcpmesh" tests="2" failures="1" errors="0">
        <testsuite name="routes.mesh-test.yaml" tests="2" failures="1" errors="0">
          <testcase name="foo goes to v1" classname="routes.mesh-test.yaml" file="routes.mesh-test.yaml" line="3"/>
          <testcase name="bar goes to v2" classname="routes.mesh-test.yaml" file="routes.mesh-test.yaml" line="3">
            <failure message="outcome: expected routed">outcome: expected routed
               got      passthrough
      they part at 10.96.20.1:19000: no service listens there (routes.mesh-test.yaml:1)</failure>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  it('stay well-formed whatever the names are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, problem) => {
        const results = [result({ name }), result({ name, ok: false, problem })];
        const tap = testsAsTap(results).trimEnd().split('\n');
        expect(tap.filter((line) => /^(not )?ok /.test(line))).toHaveLength(2);
        expect(tap.slice(0, 2)).toEqual(['TAP version 14', '1..2']);
        const xml = testsAsJunit(results);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no form for them.
        expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
        expect(Buffer.from(xml).toString()).toBe(xml);
        const attributes = xml.replaceAll(/="[^"<]*"/g, '');
        expect(attributes).not.toContain('"');
        expect(xml.match(/<testcase /g)).toHaveLength(2);
        expect(JSON.parse(testsAsJson(results)).tests[1].message).toBe(problem);
      }),
    );
  });
});

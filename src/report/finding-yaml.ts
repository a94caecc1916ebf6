/** The same data as `-o json`, as YAML. */
import { writeYaml } from '../yaml/index.ts';
import { findingData } from './finding-json.ts';
import type { FindingReport } from './finding-report.ts';

export function findingYaml(report: FindingReport): string {
  return writeYaml(findingData(report));
}

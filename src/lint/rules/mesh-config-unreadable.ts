/** A ConfigMap with the settings of the mesh that Istio cannot read. */
import { meshConfigProblem } from '../../mesh/index.ts';
import { meshConfigName, readMeshConfig } from '../../resource/index.ts';
import { type LintRule, nobodyElse, occurrence } from '../rule.ts';

export const meshConfigUnreadable: LintRule = {
  meta: {
    code: 'TCM1005',
    name: 'mesh-config-unreadable',
    severity: 'error',
    summary:
      'Istio cannot read the settings of the mesh in its ConfigMap, or refuses a value among them.',
    why: 'Nothing of them is in force then: istiod goes on with what it read before, and after a start with its defaults, as tcpmesh does.',
    help: 'Correct the text under data.mesh.',
    istio: nobodyElse,
  },
  reads: ['ConfigMap'],
  kiali: null,
  *check(facts) {
    for (const configMap of facts.objects.of('ConfigMap')) {
      if (configMap.name !== meshConfigName || configMap.namespace !== facts.mesh.systemNamespace)
        continue;
      const config = readMeshConfig(configMap);
      const problem = config === null ? null : meshConfigProblem(config);
      if (config === null || problem === null) continue;
      yield {
        ...occurrence(
          configMap,
          configMap.root,
          ['data', 'mesh'],
          `Istio takes none of these settings: ${problem}`,
        ),
        span: config.span,
      };
    }
  },
};

/** What an API server fills in, where it depends on what is there. */
import { describe, expect, it } from 'vitest';
import { withDefaults } from '../../../src/control/api/defaults.ts';
import type { JsonObject } from '../../../src/control/json.ts';

function familiesOf(spec: JsonObject): readonly unknown[] {
  const service = withDefaults('Service', {
    metadata: { name: 'a' },
    spec: { ports: [], ...spec },
  });
  const { ipFamilies, ipFamilyPolicy } = service.spec as JsonObject;
  return [ipFamilies, ipFamilyPolicy];
}

describe('the families of a Service', () => {
  it.each<[JsonObject, readonly unknown[]]>([
    [{}, [['IPv4'], 'SingleStack']],
    [{ clusterIP: 'None' }, [['IPv4'], 'SingleStack']],
    [{ clusterIP: '10.96.0.9' }, [['IPv4'], 'SingleStack']],
    [{ clusterIP: 'fd00::9' }, [['IPv6'], 'SingleStack']],
    [{ clusterIP: 'fd00::9', clusterIPs: ['fd00::9'] }, [['IPv6'], 'SingleStack']],
    [
      { clusterIP: 'fd00::9', clusterIPs: ['fd00::9', '10.96.0.9'] },
      [['IPv6', 'IPv4'], 'RequireDualStack'],
    ],
    [{ ipFamilies: ['IPv6'] }, [['IPv6'], 'SingleStack']],
    [{ ipFamilies: ['IPv4', 'IPv6'] }, [['IPv4', 'IPv6'], 'RequireDualStack']],
    [{ clusterIP: 'fd00::9', ipFamilyPolicy: 'PreferDualStack' }, [['IPv6'], 'PreferDualStack']],
  ])('%j', (spec, families) => {
    expect(familiesOf(spec)).toEqual(families);
  });
});

/** Hosts whose endpoints are all in the files, whatever Pods there are. */
import type { Resource } from '../../resource/index.ts';

/** A ServiceEntry that writes its endpoints out and selects none. */
export function writesItsEndpoints(
  host: Resource<'Service'> | Resource<'ServiceEntry'>,
): host is Resource<'ServiceEntry'> {
  if (host.kind !== 'ServiceEntry') return false;
  const { endpoints = [], workloadSelector } = host.spec;
  return endpoints.length > 0 && Object.keys(workloadSelector?.labels ?? {}).length === 0;
}

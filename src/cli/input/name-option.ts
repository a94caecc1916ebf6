/** Names that a user gives beside the files: a slip in one would make every reference wrong, in silence. */
import { isLabelName } from '../../resource/index.ts';
import { CannotDo } from '../command.ts';

/** null where it is one. field: as the configuration calls it. */
export function problemOfName(
  field: 'namespace' | 'rootNamespace' | 'clusterDomain',
  name: string,
): { readonly message: string; readonly remedy: string } | null {
  if (field === 'clusterDomain')
    return isDomain(name)
      ? null
      : {
          message: `${JSON.stringify(name)} cannot be the domain of a cluster`,
          remedy: 'Write it as in the names of services, such as cluster.local.',
        };
  return isLabelName(name)
    ? null
    : {
        message: `${JSON.stringify(name)} cannot be the name of a namespace`,
        remedy: 'Use small letters, digits and -, 63 at most.',
      };
}

/** Stops over a flag whose value is no such name. */
export function checkName(
  field: Parameters<typeof problemOfName>[0],
  name: string,
  flag: string,
): void {
  const problem = problemOfName(field, name);
  if (problem !== null) throw new CannotDo(`${flag}: ${problem.message}`, problem.remedy);
}

function isDomain(name: string): boolean {
  return name.length <= 253 && name.split('.').every(isLabelName);
}

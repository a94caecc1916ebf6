/** Every namespace has a ServiceAccount `default`. */
import type { Controller } from '../object-store.ts';

export const namespaceController: Controller = {
  name: 'namespace',
  kinds: ['Namespace', 'ServiceAccount'],
  settle: (transaction, changed) => {
    const owners = transaction
      .list('', 'Namespace')
      .filter(({ metadata: { name } }) =>
        changed.some(({ key }) => key.namespace === name || key.name === name),
      );
    for (const { metadata } of owners) {
      const key = { group: '', kind: 'ServiceAccount', namespace: metadata.name, name: 'default' };
      if (transaction.get(key) === undefined)
        transaction.put({
          apiVersion: 'v1',
          kind: 'ServiceAccount',
          metadata: { name: 'default', namespace: metadata.name },
        });
    }
  },
};

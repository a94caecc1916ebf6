/** Every namespace has a ServiceAccount `default`. */
import type { Controller } from '../object-store.ts';

export const namespaceController: Controller = {
  name: 'namespace',
  kinds: ['Namespace', 'ServiceAccount'],
  settle: (transaction) => {
    for (const { metadata } of transaction.list('', 'Namespace')) {
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

// kubectl create namespace

import { Namespaces } from '../../../../sandbox/schema/generated/resources.ts';
import { generator } from './generator.ts';

export const createNamespace = generator({
  path: 'create namespace',
  type: Namespaces,
  named: true,
  long: 'Create a namespace with the given name.',
  examples: `
# A namespace called team-a
kubectl create namespace team-a`,
  *make(_call, { name }) {
    return { metadata: { name } };
  },
});

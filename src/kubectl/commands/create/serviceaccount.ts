// kubectl create serviceaccount

import { ServiceAccounts } from '../../../../sandbox/schema/generated/resources.ts';
import { generator } from './generator.ts';

export const createServiceAccount = generator({
  path: 'create serviceaccount',
  type: ServiceAccounts,
  failure: 'failed to create serviceaccount:',
  long: 'Create a service account with the given name: who pods are for the API.',
  examples: `
# A service account called agent
kubectl create serviceaccount agent`,
  *validate(_call, { name }) {
    if (name === '') throw new Error('name must be specified');
  },
  *make(_call, { name, placed }) {
    return { metadata: { name, ...placed } };
  },
});

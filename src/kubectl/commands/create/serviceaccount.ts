// kubectl create serviceaccount

import { ServiceAccounts } from '../../../../sandbox/schema/generated/resources.ts';
import { generator } from './generator.ts';

export const createServiceAccount = generator({
  path: 'create serviceaccount',
  type: ServiceAccounts,
  named: true,
  failure: 'failed to create serviceaccount:',
  long: 'Create a service account with the given name: who pods are for the API.',
  examples: `
# A service account called agent
kubectl create serviceaccount agent`,
  *make(_call, { name, placed }) {
    return { metadata: { name, ...placed } };
  },
});

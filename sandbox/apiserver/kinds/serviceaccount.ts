// ServiceAccount: who a pod is.

import { own } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { ServiceAccounts } from '../../schema/generated/resources.ts';
import type { V1ServiceAccount } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { ageColumn, nameColumn } from './shared/columns.ts';
import { tokenRequest } from './tokenrequest.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };
const MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets';

export const serviceAccounts = defineKind<V1ServiceAccount>({
  type: ServiceAccounts,
  strategy: {
    prepareCreate: onlyNames,
    prepareUpdate: onlyNames,
    validate: (account) => metaErrors(account, NAMED),
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* metaErrors(next, NAMED);
    },
    warnings,
  },
  subresources: { token: tokenRequest },
  answersDeleted: true,
  columns: [nameColumn(), ageColumn()],
});

/** Of references to secrets only the name counts. */
function onlyNames(account: V1ServiceAccount): V1ServiceAccount {
  if (account.secrets === undefined) return account;
  return { ...account, secrets: account.secrets.map(({ name }) => (name === undefined ? {} : { name })) };
}

function* warnings({ metadata }: V1ServiceAccount, current: V1ServiceAccount | undefined): Iterable<string> {
  const had = own(current?.metadata?.annotations, MOUNTABLE) !== undefined;
  if (had || own(metadata?.annotations, MOUNTABLE) === undefined) return;
  const advice = 'prefer separate namespaces to isolate access to mounted secrets';
  yield `metadata.annotations[${MOUNTABLE}]: deprecated in v1.32+; ${advice}`;
}

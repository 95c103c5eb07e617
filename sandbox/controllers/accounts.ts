// Each control loop acts as a service account of its own in kube-system. The controller manager makes them when it
// starts: in its own name, and for the loops that aren't built here as well, since roles are bound to them all.
//
// observe: the namespace kube-system.
// act:     make the accounts that aren't there.

import { reasonOf } from '../kube/status.ts';
import { Namespaces, ServiceAccounts } from '../schema/generated/resources.ts';
import type { Controller } from './controller.ts';

const NAMESPACE = 'kube-system';

/** Accounts of loops that a real controller manager runs beside ours, or that run in some clusters only. */
const OTHERS = [
  'bootstrap-signer',
  'certificate-controller',
  'device-taint-eviction-controller',
  'resource-claim-controller',
  'token-cleaner',
  'volumeattributesclass-protection-controller',
];

/** The account of a loop: its own name unless it says another. */
export function accountOf({ name, account = name }: Controller): string {
  return account;
}

export function accountsOfControllers(loops: readonly Controller[]): Controller {
  const names = [...new Set([...loops.map(accountOf), ...OTHERS])].sort();
  return {
    name: 'kube-controller-manager',
    setup({ component }) {
      const namespaces = component.informer(Namespaces);
      const queue = component.queue('accounts of controllers', function* (name, turn) {
        try {
          yield* turn.client.create(ServiceAccounts, { metadata: { name, namespace: NAMESPACE } });
        } catch (error) {
          if (reasonOf(error) !== 'AlreadyExists') throw error;
        }
        return undefined;
      });
      namespaces.on(({ type, object, causes }) => {
        if (type !== 'added' || object.metadata?.name !== NAMESPACE) return;
        for (const name of names) queue.add(name, causes);
      });
    },
  };
}

// A validating policy says in its status which of its expressions don't suit the kinds that it matches.
//
// observe: policies, definitions of custom resources.
// diff:    `expressionWarnings` checks the expressions against the types of each kind.
// act:     write the policy's status, once for each of its generations.

import type { Patch } from '../client/client.ts';
import { keyOf } from '../client/informer.ts';
import { apiVersion } from '../kube/resource.ts';
import { CustomResourceDefinitions, ValidatingAdmissionPolicies } from '../schema/generated/resources.ts';
import type { V1ExpressionWarning, V1ValidatingAdmissionPolicy } from '../schema/generated/types.ts';
import type { Controller } from './controller.ts';
import { expressionWarnings } from './policystatus/check.ts';
import { kindsOf } from './policystatus/kinds.ts';

export const policyStatusController: Controller = {
  name: 'validatingadmissionpolicy-status-controller',
  setup({ component, client }) {
    const policies = component.informer(ValidatingAdmissionPolicies);
    const definitions = component.informer(CustomResourceDefinitions);
    const queue = component.queue(
      'types of policies',
      function* (key, turn) {
        const policy = policies.get(key);
        if (policy === undefined || isSeen(policy)) return undefined;
        const { name = '' } = policy.metadata ?? {};
        const warnings = expressionWarnings(policy.spec ?? {}, kindsOf(definitions.list()));
        yield* turn.client.patch(ValidatingAdmissionPolicies, { name }, applied(policy, warnings));
        return undefined;
      },
      client,
    );
    policies.on(({ type, object, causes }) => {
      if (type !== 'deleted') queue.add(keyOf(object), causes);
    });
  },
};

function isSeen({ metadata, status }: V1ValidatingAdmissionPolicy): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
}

function applied({ metadata }: V1ValidatingAdmissionPolicy, warnings: readonly V1ExpressionWarning[]): Patch {
  const { name = '', generation = 0 } = metadata ?? {};
  const { kind } = ValidatingAdmissionPolicies;
  const typeChecking = warnings.length === 0 ? {} : { expressionWarnings: warnings };
  const status = { observedGeneration: generation, typeChecking };
  const body = { kind, apiVersion: apiVersion(ValidatingAdmissionPolicies), metadata: { name }, status };
  const options = { fieldManager: 'validatingadmissionpolicy-status', force: true };
  return { type: 'apply', body, subresource: 'status', options };
}

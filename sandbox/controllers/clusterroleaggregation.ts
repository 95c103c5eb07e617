// A cluster role with an aggregation rule has the rules of all roles that the rule selects.
//
// observe: cluster roles.
// diff:    `aggregated` puts the rules of the selected roles together.
// act:     write them into the role.

import type { Patch } from '../client/client.ts';
import { keyOf } from '../client/informer.ts';
import { compareText } from '../kube/go/text.ts';
import { sameJson } from '../kube/json.ts';
import { apiVersion } from '../kube/resource.ts';
import { matchesLabels, selectorOf } from '../kube/selectors/labelselectors.ts';
import { ClusterRoles } from '../schema/generated/resources.ts';
import type { V1ClusterRole, V1PolicyRule } from '../schema/generated/types.ts';
import type { Controller } from './controller.ts';

export const clusterRoleAggregationController: Controller = {
  name: 'clusterrole-aggregation-controller',
  setup({ component, client }) {
    const roles = component.informer(ClusterRoles);
    const queue = component.queue(
      'aggregated roles',
      function* (key, turn) {
        const role = roles.get(key);
        if (role?.aggregationRule === undefined) return undefined;
        const rules = aggregated(role, roles.list());
        if (sameJson(rules, role.rules ?? [])) return undefined;
        const { name = '' } = role.metadata ?? {};
        yield* turn.client.patch(ClusterRoles, { name }, applied(name, rules));
        return undefined;
      },
      client,
    );
    roles.on(({ causes }) => {
      for (const role of roles.list()) if (role.aggregationRule !== undefined) queue.add(keyOf(role), causes);
    });
  },
};

/** The rules are this controller's, whoever wrote them before. */
function applied(name: string, rules: readonly V1PolicyRule[]): Patch {
  const body = { kind: ClusterRoles.kind, apiVersion: apiVersion(ClusterRoles), metadata: { name }, rules };
  const options = { fieldManager: clusterRoleAggregationController.name, force: true };
  return { type: 'apply', body, options };
}

/** The rules of the selected roles in the order of their names, each once. Pure. */
export function aggregated(role: V1ClusterRole, roles: readonly V1ClusterRole[]): readonly V1PolicyRule[] {
  const sorted = [...roles].sort((a, b) => compareText(a.metadata?.name ?? '', b.metadata?.name ?? ''));
  const rules: V1PolicyRule[] = [];
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? [])
    for (const other of sorted) {
      if (other.metadata?.name === role.metadata?.name) continue;
      if (!matchesLabels(selectorOf(selector), other.metadata?.labels)) continue;
      for (const rule of other.rules ?? []) if (!rules.some((one) => sameJson(one, rule))) rules.push(rule);
    }
  return rules;
}

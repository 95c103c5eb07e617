// Role-based access: whoever a binding gives a rule that covers it may do it. It never forbids: that nothing allows is
// enough.

import { aggregateMessages } from '../../kube/fielderrors.ts';
import { type Authorizer, type Decision, firstOpinion, superusers } from './authorizer.ts';
import { ruleAllows } from './matches.ts';
import type { NodeGraph } from './nodegraph.ts';
import { nodeAuthorizer } from './nodes.ts';
import { type RoleSource, rulesOf } from './rules.ts';

function roleAuthorizer(source: RoleSource): Authorizer {
  return (attributes): Decision => {
    const namespace = 'target' in attributes ? attributes.target.namespace : undefined;
    const missing: string[] = [];
    for (const held of rulesOf(source, attributes.user, namespace)) {
      if (held.rule === undefined) missing.push(held.missing);
      else if (ruleAllows(held.rule, attributes)) return { decision: 'allow', reason: `RBAC: allowed by ${held.by()}` };
    }
    return { decision: 'no opinion', reason: missing.length === 0 ? '' : `RBAC: ${aggregateMessages(missing)}` };
  };
}

/** All that decides about requests; about those of nodes only where there is a graph. */
export function accessOf(source: RoleSource, graph?: NodeGraph): Authorizer {
  const ofNodes = graph === undefined ? [] : [nodeAuthorizer(source, graph)];
  return firstOpinion([superusers, ...ofNodes, roleAuthorizer(source)]);
}

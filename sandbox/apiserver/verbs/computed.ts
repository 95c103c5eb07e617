// Kinds that aren't stored, but made up whenever they are asked for. They have no versions, and lists are never cut.

import type { Answer, Caller, Operation } from '../../kube/operation.ts';
import { apiVersion } from '../../kube/resource.ts';
import { methodNotAllowed } from '../../kube/status.ts';
import type { Backend } from '../backend.ts';
import type { Kind } from '../kind.ts';
import type { Served } from '../registry.ts';
import { compileSelection } from '../selection.ts';

export function readComputed(
  backend: Backend,
  served: Served,
  computed: NonNullable<Kind['computed']>,
  operation: Operation,
  caller: Caller,
): Answer {
  const context = backend.context(caller, false, []);
  const { namespace, name = '' } = operation.target;
  if (operation.verb === 'get') return { code: 200, object: computed.get(namespace, name, context), warnings: [] };
  if (operation.verb !== 'list') throw methodNotAllowed();
  const { labelSelector = '', fieldSelector = '' } = operation.options ?? {};
  const { matches } = compileSelection(served, { prefix: '', labelSelector, fieldSelector });
  const object = {
    kind: `${served.type.kind}List`,
    apiVersion: apiVersion(served.type),
    metadata: {},
    items: computed.list(namespace, context).filter(matches),
  };
  return { code: 200, object, warnings: [] };
}

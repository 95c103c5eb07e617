// Calls of the cluster's own programs, which come without HTTP, as the audit log has them.

import type { JsonObject } from '../../kube/json.ts';
import type { Answer, Caller, Operation, Target } from '../../kube/operation.ts';
import { StatusError } from '../../kube/status.ts';
import type { Work } from '../../time/loop.ts';
import type { AuditLog, AuditRecord } from './log.ts';

/** Where such programs call from. */
const OWN_ADDRESS = '172.18.0.2';

/** `call`: the same with what is noted of it. */
export function auditedCall(
  log: AuditLog,
  operation: Operation,
  caller: Caller,
  call: (caller: Caller) => Work<Answer>,
): Work<Answer> {
  const { target, verb } = operation;
  const path = pathOf(target);
  const { user, userAgent, sourceIp = OWN_ADDRESS } = caller;
  const record = log.begin({ user, userAgent, sourceIp, verb, target, path, requestURI: path });
  return recorded(record, operation, () => call({ ...caller, notes: record?.notes ?? new Map() }));
}

function* recorded(record: AuditRecord | undefined, operation: Operation, call: () => Work<Answer>): Work<Answer> {
  if ('object' in operation) record?.sent(operation.object as JsonObject);
  else if (operation.verb === 'patch') record?.patched(operation.body);
  try {
    const answer = yield* call();
    record?.answered(answer.object as JsonObject);
    record?.finish(answer.code);
    return answer;
  } catch (error) {
    if (error instanceof StatusError) {
      record?.answered(error.status);
      record?.finish(error.status.code);
    }
    throw error;
  }
}

/** `/apis/apps/v1/namespaces/default/deployments/web/scale`. */
function pathOf({ group, version, namespace, resource, name, subresource }: Target): string {
  const inside = namespace === undefined || resource === 'namespaces' ? [] : ['namespaces', namespace];
  const parts = [...(group === '' ? ['api'] : ['apis', group]), version, ...inside, resource, name, subresource];
  return `/${parts.filter((part) => part !== undefined && part !== '').join('/')}`;
}

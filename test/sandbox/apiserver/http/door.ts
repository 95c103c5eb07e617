// The API server's door for tests: JSON in, JSON out, as the administrator.

import type { AuditPolicy } from '../../../../sandbox/apiserver/audit/policy.ts';
import type { HttpRequest } from '../../../../sandbox/apiserver/http/message.ts';
import type { JsonObject, JsonValue } from '../../../../sandbox/kube/json.ts';
import type { Outgoing } from '../../../../sandbox/kube/outgoing.ts';
import { Namespaces, ServiceAccounts } from '../../../../sandbox/schema/generated/resources.ts';
import { ADMIN, assemble, newSimulatorState } from '../../../../sandbox/simulator.ts';
import { seconds } from '../../../../sandbox/time/units.ts';
import { awaited } from '../../../awaited.ts';

export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly body?: JsonValue;
  /** The body as it is, instead. */
  readonly text?: string;
  readonly type?: string;
}

export interface Answered {
  readonly status: number;
  readonly body: JsonObject;
  readonly warnings: readonly string[];
}

export interface DoorOptions {
  readonly auditPolicy?: AuditPolicy;
  readonly outgoing?: () => Outgoing;
}

/** A cluster with namespace `t`, where nobody but the API server acts; what asks it, and its audit log. */
export function startAuditedDoor(options: DoorOptions = {}) {
  const cluster = assemble(newSimulatorState(), options);
  const client = cluster.client();
  cluster.run(client.create(Namespaces, { metadata: { name: 't' } }));
  cluster.run(client.create(ServiceAccounts, { metadata: { name: 'default', namespace: 't' } }));
  const ask = ({ method = 'POST', path, body, text: sent, type = 'application/json' }: Asked): Answered => {
    const request: HttpRequest = {
      method,
      target: path,
      headers: body === undefined && sent === undefined ? {} : { 'content-type': [type], 'user-agent': ['test'] },
      body: new TextEncoder().encode(sent ?? (body === undefined ? '' : JSON.stringify(body))),
      source: '127.0.0.1',
      certificate: undefined,
      webSocket: undefined,
      user: ADMIN,
    };
    const answer = awaited(cluster.loop, cluster.door.serve(request));
    // Definitions are served a moment later.
    if (body !== undefined) cluster.advance(seconds(1));
    const text = answer.body instanceof Uint8Array ? new TextDecoder().decode(answer.body) : String(answer.body);
    return { status: answer.status, body: JSON.parse(text), warnings: answer.headers['warning'] ?? [] };
  };
  return { ask, events: cluster.state.apiserver.audit.events };
}

export function startDoor(): (asked: Asked) => Answered {
  return startAuditedDoor().ask;
}

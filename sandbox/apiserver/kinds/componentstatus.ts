// ComponentStatus: how parts of the control plane are. Nothing of it is stored; it is asked for since the beginning, and
// says little: scheduler and controller manager don't listen where the server looks for them.

import { notFound } from '../../kube/status.ts';
import { ComponentStatuses } from '../../schema/generated/resources.ts';
import type { V1ComponentStatus } from '../../schema/generated/types.ts';
import { defineKind, type KindContext } from '../kind.ts';
import { nameColumn, text } from './shared/columns.ts';

/** The port at which each is looked for; storage is looked into. */
const COMPONENTS: readonly (readonly [name: string, port?: number])[] = [
  ['scheduler', 10259],
  ['controller-manager', 10257],
  ['etcd-0'],
];

export const componentStatuses = defineKind<V1ComponentStatus>({
  type: ComponentStatuses,
  strategy: {},
  computed: {
    list: (_, context) => inOrderOfAnswers(context).map(([name, port]) => statusOf(name, port)),
    get(_, name) {
      const found = COMPONENTS.find(([each]) => each === name);
      if (found === undefined) throw notFound({ group: '', kind: 'componentstatus', name });
      return statusOf(...found);
    },
  },
  columns: [
    nameColumn(),
    text('Status', (status) => (isHealthy(status) ? 'Healthy' : 'Unhealthy')),
    text('Message', ({ conditions }) => conditions?.[0]?.message ?? ''),
    text('Error', ({ conditions }) => conditions?.[0]?.error ?? ''),
  ],
});

/** All are asked at once: of the two that refuse, either may be the first. Each client sees one order. */
function inOrderOfAnswers(context: KindContext): typeof COMPONENTS {
  const [first, second, ...rest] = COMPONENTS;
  if (first === undefined || second === undefined) return COMPONENTS;
  const swapped = context.draws('component statuses', context.caller.userAgent).below(0, 2) === 0;
  return swapped ? [second, first, ...rest] : COMPONENTS;
}

function isHealthy({ conditions = [] }: V1ComponentStatus): boolean {
  return conditions?.every(({ status }) => status === 'True') === true;
}

function statusOf(name: string, port: number | undefined): V1ComponentStatus {
  const condition =
    port === undefined ? { status: 'True', message: 'ok' } : { status: 'False', message: refused(port) };
  return {
    kind: ComponentStatuses.kind,
    apiVersion: 'v1',
    metadata: { name },
    conditions: [{ type: 'Healthy', ...condition }],
  };
}

function refused(port: number): string {
  const address = `127.0.0.1:${port}`;
  return `Get "https://${address}/healthz": dial tcp ${address}: connect: connection refused`;
}

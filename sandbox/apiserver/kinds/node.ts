// Node: a machine that runs pods.

import { at } from '../../kube/fielderrors.ts';
import { compareText } from '../../kube/go/text.ts';
import { cidrWarnings } from '../../kube/ip.ts';
import { withoutKey } from '../../kube/json.ts';
import { Nodes } from '../../schema/generated/resources.ts';
import type { V1Node, V1NodeStatus } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { nodeErrors, nodeUpdateErrors } from './node/validate.ts';
import { ageColumn, NONE, nameColumn, text, UNKNOWN, wide } from './shared/columns.ts';
import { CORE_DEFAULTS, roundLists } from './shared/coredefaults.ts';
import { defaulter, forType } from './shared/defaults.ts';
import { keepSpec, keepStatus } from './shared/metaparts.ts';
import { statusPart } from './shared/statuspart.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE = 'kubernetes.io/role';

const defaults = defaulter<V1Node>(
  'core.v1.Node',
  new Map([
    ...CORE_DEFAULTS,
    forType<V1NodeStatus>('core.v1.NodeStatus', (status) => {
      const { capacity, allocatable } = status;
      const whole = allocatable === undefined && capacity !== undefined ? { ...status, allocatable: capacity } : status;
      return roundLists(whole, ['capacity', 'allocatable']);
    }),
  ]),
);

export const nodes = defineKind<V1Node>({
  type: Nodes,
  strategy: {
    defaults,
    prepareCreate: (node) => withoutStatusConfig(withoutConfigSource(node)),
    prepareUpdate: (next, current) => {
      const kept = keepStatus(next, current);
      return current.spec?.configSource === undefined ? withoutConfigSource(kept) : kept;
    },
    validate: nodeErrors,
    validateUpdate: function* (next, current) {
      yield* nodeErrors(next);
      yield* nodeUpdateErrors(next, current);
    },
    warnings,
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({
      defaults,
      prepareUpdate: (next, current) => {
        const kept = keepSpec(next, current);
        return current.status?.config === undefined ? withoutStatusConfig(kept) : kept;
      },
      validateUpdate: nodeUpdateErrors,
    }),
    proxy: { type: 'connect' },
  },
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec?.unschedulable ?? false) },
  columns: [
    nameColumn(),
    text('Status', statusCell),
    text('Roles', rolesCell),
    ageColumn(),
    text('Version', ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
    wide('Internal-IP', (node) => addressOf(node, 'InternalIP')),
    wide('External-IP', (node) => addressOf(node, 'ExternalIP')),
    wide('OS-Image', ({ status }) => orUnknown(status?.nodeInfo?.osImage)),
    wide('Kernel-Version', kernelCell),
    wide('Container-Runtime', ({ status }) => orUnknown(status?.nodeInfo?.containerRuntimeVersion)),
  ],
});

/** The node's configuration once came from a ConfigMap. No more. */
function withoutConfigSource(node: V1Node): V1Node {
  return node.spec === undefined ? node : { ...node, spec: withoutKey(node.spec, 'configSource') };
}

function withoutStatusConfig(node: V1Node): V1Node {
  return node.status === undefined ? node : { ...node, status: withoutKey(node.status, 'config') };
}

function* warnings({ spec }: V1Node): Iterable<string> {
  if (spec?.configSource !== undefined) yield 'spec.configSource: the feature is removed';
  if ((spec?.externalID ?? '') !== '') {
    yield 'spec.externalID: this field is deprecated, and is unused by Kubernetes';
  }
  for (const [i, cidr] of (spec?.podCIDRs ?? []).entries()) yield* cidrWarnings(at('spec.podCIDRs', i), cidr);
}

function statusCell({ spec, status }: V1Node): string {
  const ready = status?.conditions?.findLast(({ type }) => type === 'Ready');
  const state = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable === true ? `${state},SchedulingDisabled` : state;
}

function rolesCell({ metadata }: V1Node): string {
  const roles = Object.entries(metadata?.labels ?? {}).map(([key, value]) => {
    if (key.startsWith(ROLE_PREFIX)) return key.slice(ROLE_PREFIX.length);
    return key === ROLE ? value : '';
  });
  const named = [...new Set(roles)].filter((role) => role !== '');
  return named.length === 0 ? NONE : named.sort(compareText).join(',');
}

function addressOf({ status }: V1Node, type: string): string {
  return status?.addresses?.find((address) => address.type === type)?.address ?? NONE;
}

function kernelCell({ status }: V1Node): string {
  const { kernelVersion, architecture = '' } = status?.nodeInfo ?? {};
  return orUnknown(kernelVersion) + (architecture === '' ? '' : ` (${architecture})`);
}

function orUnknown(value = ''): string {
  return value === '' ? UNKNOWN : value;
}

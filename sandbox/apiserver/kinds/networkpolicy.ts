// NetworkPolicy: which connections of some pods are allowed; once one applies to a pod, all others are refused.

import { at, forbiddenField, invalid, notSupported, required } from '../../kube/fielderrors.ts';
import { cidrWarnings, contains, legacyCIDRErrors, networkOf, parseCIDR } from '../../kube/ip.ts';
import { dns1123Subdomain, nameRule, portName, portNumber } from '../../kube/names.ts';
import { labelSelectorErrors } from '../../kube/selectors/labelrules.ts';
import { NetworkPolicies } from '../../schema/generated/resources.ts';
import type {
  V1IPBlock,
  V1NetworkPolicy,
  V1NetworkPolicyPeer,
  V1NetworkPolicyPort,
  V1NetworkPolicySpec,
} from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, eachItem, isBlank, problemsOf } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';
import { constants, type DefaultsTable, defaulter, forType } from './shared/defaults.ts';
import { raiseGeneration, withGeneration } from './shared/metaparts.ts';
import { selectorCell } from './shared/workloads.ts';

const NAMED = { namespaced: true, name: nameRule(dns1123Subdomain) };
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const TYPES = ['Ingress', 'Egress'];

const DEFAULTS: DefaultsTable = new Map([
  constants('networking.v1.NetworkPolicyPort', { protocol: 'TCP' }),
  forType<V1NetworkPolicySpec>('networking.v1.NetworkPolicySpec', (spec) =>
    (spec.policyTypes ?? []).length > 0
      ? spec
      : { ...spec, policyTypes: (spec.egress ?? []).length > 0 ? TYPES : ['Ingress'] },
  ),
]);

export const networkPolicies = defineKind<V1NetworkPolicy>({
  type: NetworkPolicies,
  strategy: {
    defaults: defaulter<V1NetworkPolicy>('networking.v1.NetworkPolicy', DEFAULTS),
    prepareCreate: (policy) => withGeneration(policy, 1),
    prepareUpdate: (next, current) => raiseGeneration(next, current),
    validate: function* (policy) {
      yield* metaErrors(policy, NAMED);
      yield* specErrors(policy.spec, []);
    },
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* specErrors(
        next.spec,
        blocksOf(current).flatMap(({ cidr, except = [] }) => [cidr, ...except]),
      );
    },
    warnings: blockWarnings,
  },
  columns: [nameColumn(), text('Pod-Selector', ({ spec }) => selectorCell(spec?.podSelector ?? {})), ageColumn()],
});

interface Rule {
  readonly field: string;
  readonly ports: readonly V1NetworkPolicyPort[];
  readonly peersField: string;
  readonly peers: readonly V1NetworkPolicyPeer[];
}

function rulesOf({ ingress = [], egress = [] }: V1NetworkPolicySpec): readonly Rule[] {
  return [
    ...ingress.map(({ ports = [], from = [] }, i) => {
      const field = at('spec.ingress', i);
      return { field, ports, peersField: at(field, 'from'), peers: from };
    }),
    ...egress.map(({ ports = [], to = [] }, i) => {
      const field = at('spec.egress', i);
      return { field, ports, peersField: at(field, 'to'), peers: to };
    }),
  ];
}

function blocksOf({ spec = {} }: V1NetworkPolicy): readonly V1IPBlock[] {
  return rulesOf(spec).flatMap(({ peers }) => peers.flatMap(({ ipBlock }) => (ipBlock === undefined ? [] : [ipBlock])));
}

function* specErrors(spec: V1NetworkPolicySpec = {}, stored: readonly string[]): Errors {
  yield* labelSelectorErrors('spec.podSelector', spec.podSelector);
  for (const { field, ports, peersField, peers } of rulesOf(spec)) {
    yield* eachItem(ports, at(field, 'ports'), portErrors);
    yield* eachItem(peers, peersField, (peer, here) => peerErrors(peer, here, stored));
  }
  const { policyTypes = [] } = spec;
  if (policyTypes.length > TYPES.length) {
    yield invalid('spec.policyTypes', [...policyTypes], 'may not specify more than two policyTypes');
    return;
  }
  for (const [i, type] of policyTypes.entries()) {
    if (!TYPES.includes(type)) yield notSupported(at('spec.policyTypes', i), type, TYPES);
  }
}

function* portErrors({ protocol, port, endPort }: V1NetworkPolicyPort, field: string): Errors {
  if (protocol !== undefined && !PROTOCOLS.includes(protocol))
    yield notSupported(at(field, 'protocol'), protocol, PROTOCOLS);
  const end = at(field, 'endPort');
  if (port === undefined) {
    if (endPort !== undefined) yield invalid(end, endPort, 'may not be specified when `port` is not specified');
  } else if (typeof port === 'number') {
    yield* problemsOf(at(field, 'port'), port, portNumber(port));
    if (endPort === undefined) return;
    if (endPort < port) yield invalid(end, port, 'must be greater than or equal to `port`');
    yield* problemsOf(end, endPort, portNumber(endPort));
  } else {
    if (endPort !== undefined) yield invalid(end, endPort, 'may not be specified when `port` is non-numeric');
    yield* problemsOf(at(field, 'port'), port, portName(port));
  }
}

function* peerErrors(
  { podSelector, namespaceSelector, ipBlock }: V1NetworkPolicyPeer,
  field: string,
  stored: readonly string[],
): Errors {
  yield* labelSelectorErrors(at(field, 'podSelector'), podSelector);
  yield* labelSelectorErrors(at(field, 'namespaceSelector'), namespaceSelector);
  if (ipBlock !== undefined) yield* blockErrors(ipBlock, at(field, 'ipBlock'), stored);
  const given = [podSelector, namespaceSelector, ipBlock].filter((peer) => peer !== undefined);
  if (given.length === 0) yield required(field, 'must specify a peer');
  else if (given.length > 1 && ipBlock !== undefined) {
    yield forbiddenField(field, 'may not specify both ipBlock and another peer');
  }
}

function* blockErrors({ cidr, except = [] }: V1IPBlock, field: string, stored: readonly string[]): Errors {
  if (isBlank(cidr)) {
    yield required(at(field, 'cidr'));
    return;
  }
  yield* legacyCIDRErrors(at(field, 'cidr'), cidr, stored);
  const block = parseCIDR(cidr);
  if (block === undefined) return;
  for (const [i, text] of except.entries()) {
    const here = at(field, 'except', i);
    yield* legacyCIDRErrors(here, text, stored);
    const hole = parseCIDR(text);
    if (hole === undefined) continue;
    const inside = contains(block, networkOf(hole)) && block.prefix < hole.prefix;
    if (!inside) yield invalid(here, text, 'must be a strict subset of `cidr`');
  }
}

function* blockWarnings({ spec = {} }: V1NetworkPolicy): Iterable<string> {
  for (const { peersField, peers } of rulesOf(spec)) {
    for (const [i, { ipBlock }] of peers.entries()) {
      if (ipBlock === undefined) continue;
      yield* cidrWarnings(at(peersField, i, 'ipBlock', 'cidr'), ipBlock.cidr);
      for (const [j, text] of (ipBlock.except ?? []).entries()) {
        yield* cidrWarnings(at(peersField, i, 'ipBlock', 'except', j), text);
      }
    }
  }
}

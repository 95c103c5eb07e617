// The network plug-in's agents, as one component: they watch policies, pods and namespaces, and what they make of them
// holds on the nodes a moment later. A plug-in that enforces no policies has none.
//
// observe: network policies, pods, namespaces.
// diff:    `compilePolicies` says what is to hold for each pod.
// act:     put that in place of what held before.

import type { Component } from '../../client/component.ts';
import { serviceAccountUser, type UserInfo } from '../../kube/operation.ts';
import { Namespaces, NetworkPolicies, Pods } from '../../schema/generated/resources.ts';
import type { V1Pod } from '../../schema/generated/types.ts';
import { draws } from '../../time/chance.ts';
import type { Work } from '../../time/loop.ts';
import { durationMs } from '../../time/units.ts';
import type { NetworkState } from '../state.ts';
import { compilePolicies } from './compile.ts';

export interface PolicyAgent {
  readonly name: string;
  readonly user: UserInfo;
  readonly setup: (component: Component) => void;
}

const POLICY_AGENT = 'network-policies';
const USER = serviceAccountUser('kube-system', 'kindnet');

/** From a change to its effect, in milliseconds. */
const LAG = { least: 40, most: 180 };

interface Memory {
  scheduled: boolean;
  syncs: number;
}

export function policyAgent(state: NetworkState): PolicyAgent {
  return { name: POLICY_AGENT, user: USER, setup: (component) => setUp(component, state) };
}

function setUp(component: Component, state: NetworkState): void {
  const policies = component.informer(NetworkPolicies);
  const pods = component.informer(Pods);
  const namespaces = component.informer(Namespaces);
  const memory = component.memory<Memory>('sync', () => ({ scheduled: false, syncs: 0 }));
  const lag = draws(component.seed, 'network policies');
  const timer = component.timer<object>('sync', function* (): Work<void> {
    const own = memory();
    own.scheduled = false;
    own.syncs++;
    state.policies = compilePolicies(policies.list(), pods.list(), namespaces.list());
  });
  const schedule = (): void => {
    const own = memory();
    if (own.scheduled) return;
    own.scheduled = true;
    timer.post({}, durationMs(LAG.least + lag.below(own.syncs, LAG.most - LAG.least)));
  };
  policies.on(schedule);
  pods.on(({ type, object, previous }) => {
    const changed = type !== 'updated' || identity(object) !== identity(previous);
    if (changed && policies.list().length > 0) schedule();
  });
  namespaces.on(() => {
    if (policies.list().length > 0) schedule();
  });
}

/** What of a pod a policy depends on. */
function identity(pod: V1Pod | undefined): string {
  const { metadata = {}, status = {} } = pod ?? {};
  const ended = status.phase === 'Succeeded' || status.phase === 'Failed';
  return JSON.stringify([status.podIP, ended, metadata.labels]);
}

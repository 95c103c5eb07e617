// kube-controller-manager: one program that runs all control loops. They share its informers; each acts as a service
// account of its own, and can do only what that account may.

import type { Component, ComponentEngine } from '../client/component.ts';
import { createEventRecorder } from '../client/events.ts';
import type { UserInfo } from '../kube/operation.ts';
import type { Controller } from './controller.ts';
import { deploymentController } from './deployment.ts';
import { nodeLifecycleController } from './nodelifecycle.ts';
import { replicaSetController, replicationController } from './replicaset.ts';
import { taintEvictionController } from './tainteviction.ts';

export const CONTROLLER_MANAGER = 'kube-controller-manager';

/** What runs unless somebody says otherwise. */
export const CONTROLLERS: readonly Controller[] = [
  deploymentController,
  replicaSetController,
  replicationController,
  nodeLifecycleController,
  taintEvictionController,
];

/** The program's own user: it starts the loops and holds the lease. */
const USER: UserInfo = { name: `system:${CONTROLLER_MANAGER}`, groups: ['system:authenticated', 'system:masters'] };

/** The component as a simulator takes it. */
export function controllerManager(controllers: readonly Controller[] = CONTROLLERS): {
  readonly name: string;
  readonly user: UserInfo;
  readonly setup: (component: ComponentEngine) => void;
} {
  return {
    name: CONTROLLER_MANAGER,
    user: USER,
    setup: (component) => {
      for (const controller of controllers) start(component, controller);
    },
  };
}

function start(component: Component, { name, account = name, source = name, setup }: Controller): void {
  const client = component.client.as(serviceAccount(account), name);
  setup({ component, client, events: createEventRecorder(component, { component: source }) });
}

function serviceAccount(name: string): UserInfo {
  return {
    name: `system:serviceaccount:kube-system:${name}`,
    groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated', 'system:masters'],
  };
}

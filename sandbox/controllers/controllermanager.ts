// kube-controller-manager: one program that runs all control loops. They share its informers; each acts as a service
// account of its own, and can do only what that account may.

import type { Component, ComponentEngine } from '../client/component.ts';
import { createEventRecorder } from '../client/events.ts';
import { serviceAccountUser, type UserInfo } from '../kube/operation.ts';
import type { Authority } from '../kube/x509/authority.ts';
import { accountOf, accountsOfControllers } from './accounts.ts';
import { attachDetachController } from './attachdetach.ts';
import { certificateController } from './certificates.ts';
import { clusterRoleAggregationController } from './clusterroleaggregation.ts';
import type { Controller } from './controller.ts';
import { cronJobController } from './cronjob.ts';
import { daemonSetController } from './daemonset.ts';
import { deploymentController } from './deployment.ts';
import { disruptionController } from './disruption.ts';
import { endpointsController } from './endpoints.ts';
import { endpointSliceController } from './endpointslice.ts';
import { endpointSliceMirroringController } from './endpointslicemirroring.ts';
import { ephemeralVolumeController } from './ephemeralvolume.ts';
import { expandController } from './expansion.ts';
import { garbageCollector } from './garbagecollector.ts';
import { jobController } from './job.ts';
import { legacyTokenCleaner } from './legacytokencleaner.ts';
import { type TokenSource, tokensController } from './legacytokens.ts';
import { namespaceController } from './namespace.ts';
import { nodeIpamController, ttlController } from './nodeipam.ts';
import { nodeLifecycleController } from './nodelifecycle.ts';
import { persistentVolumeController } from './persistentvolume.ts';
import { podAutoscaler } from './podautoscaler.ts';
import { podGarbageCollector } from './podgc.ts';
import { policyStatusController } from './policystatus.ts';
import { replicaSetController, replicationController } from './replicaset.ts';
import { resourceQuotaController } from './resourcequota.ts';
import { rootCaPublisher, serviceAccountController } from './serviceaccounts.ts';
import { serviceCidrsController } from './servicecidrs.ts';
import { statefulSetController } from './statefulset.ts';
import { taintEvictionController } from './tainteviction.ts';
import { ttlAfterFinishedController } from './ttlafterfinished.ts';
import { claimProtectionController, volumeProtectionController } from './volumeprotection.ts';

export const CONTROLLER_MANAGER = 'kube-controller-manager';

/** What depends on the cluster. */
export interface ControllerOptions {
  /** The cluster's own: whom everybody trusts, and who signs what is approved. Without it, nobody does. */
  readonly authority?: () => Authority;
  /** Signs tokens that lie in secrets. Without it, nobody does. */
  readonly signToken?: TokenSource['sign'];
}

/** What runs unless somebody says otherwise. */
export function controllers({ authority }: ControllerOptions = {}): readonly Controller[] {
  return [
    namespaceController,
    serviceAccountController,
    rootCaPublisher(() => authority?.().certificate ?? ''),
    ...(authority === undefined ? [] : [certificateController(authority)]),
    deploymentController,
    replicaSetController,
    replicationController,
    statefulSetController,
    daemonSetController,
    jobController,
    cronJobController,
    ttlAfterFinishedController,
    disruptionController,
    endpointsController,
    endpointSliceController,
    endpointSliceMirroringController,
    clusterRoleAggregationController,
    nodeIpamController,
    ttlController,
    nodeLifecycleController,
    taintEvictionController,
    persistentVolumeController,
    attachDetachController,
    expandController,
    ephemeralVolumeController,
    claimProtectionController,
    volumeProtectionController,
    podGarbageCollector,
    resourceQuotaController,
    podAutoscaler,
    garbageCollector,
    serviceCidrsController,
    policyStatusController,
    legacyTokenCleaner,
  ];
}

/** The program's own user: it starts the loops and holds the lease. */
const USER: UserInfo = { name: `system:${CONTROLLER_MANAGER}`, groups: ['system:authenticated'] };

/** The component as a simulator takes it. */
export function controllerManager(
  options: ControllerOptions = {},
  loops: readonly Controller[] = controllers(options),
): {
  readonly name: string;
  readonly user: UserInfo;
  readonly setup: (component: ComponentEngine) => void;
} {
  return {
    name: CONTROLLER_MANAGER,
    user: USER,
    setup: (component) => {
      for (const controller of [accountsOfControllers(loops), ...withoutAccounts(options), ...loops])
        start(component, controller);
    },
  };
}

/** Loops that act as the program itself. */
function withoutAccounts({ authority, signToken }: ControllerOptions): readonly Controller[] {
  if (signToken === undefined) return [];
  return [tokensController({ certificate: () => authority?.().certificate ?? '', sign: signToken })];
}

function start(component: Component, controller: Controller): void {
  const { name, source = name, setup } = controller;
  const client = component.client.as(serviceAccountUser('kube-system', accountOf(controller)), name);
  setup({ component, client, events: createEventRecorder(component, { component: source }) });
}

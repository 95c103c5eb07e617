// The objects beside nodes and pods that plug-ins look at, from informers.

import type { Component } from '../client/component.ts';
import type { Cause } from '../kube/cause.ts';
import { own } from '../kube/json.ts';
import { type Labels, selectorOf, selectorOfLabels } from '../kube/selectors/labelselectors.ts';
import {
  CSIDrivers,
  CSINodes,
  CSIStorageCapacities,
  Namespaces,
  PersistentVolumeClaims,
  PersistentVolumes,
  PodDisruptionBudgets,
  ReplicaSets,
  ReplicationControllers,
  Services,
  StatefulSets,
  StorageClasses,
  VolumeAttachments,
} from '../schema/generated/resources.ts';
import type { ClusterEvent, EventResource } from './clusterevents.ts';
import type { PodInfo } from './podinfo.ts';
import type { Objects, OwnerSelector, Reservations } from './snapshot.ts';

/** Informers of all that plug-ins look at; `changed` hears of what may make pods schedulable. */
export function watchObjects(
  component: Component,
  reservations: () => Reservations,
  changed: (event: ClusterEvent, causes: readonly Cause[]) => void,
): Objects {
  const namespaces = component.informer(Namespaces);
  const services = component.informer(Services);
  const sets = component.informer(ReplicaSets);
  const stateful = component.informer(StatefulSets);
  const controllers = component.informer(ReplicationControllers);
  const watched = {
    claim: component.informer(PersistentVolumeClaims),
    volume: component.informer(PersistentVolumes),
    'storage class': component.informer(StorageClasses),
    'csi node': component.informer(CSINodes),
    'csi driver': component.informer(CSIDrivers),
    'csi capacity': component.informer(CSIStorageCapacities),
    'volume attachment': component.informer(VolumeAttachments),
  };
  const budgets = component.informer(PodDisruptionBudgets);
  for (const [resource, informer] of Object.entries(watched))
    informer.on(({ type, object, previous, causes }) => {
      const action = type === 'added' ? 'add' : type === 'deleted' ? 'delete' : 'update';
      const before = type === 'deleted' ? object : previous;
      changed(
        {
          resource: resource as EventResource,
          action,
          ...(before === undefined ? {} : { before }),
          ...(type === 'deleted' ? {} : { after: object }),
        },
        causes,
      );
    });
  return {
    namespaceLabels: (name) => namespaces.get(name)?.metadata?.labels,
    services: (namespace) => services.list(namespace),
    ownerSelectors(pod) {
      return ownerSelectorsOf(pod, {
        ReplicaSet: (key) => selectorOf(sets.get(key)?.spec?.selector),
        StatefulSet: (key) => selectorOf(stateful.get(key)?.spec?.selector),
        ReplicationController: (key) => labelsSelector(controllers.get(key)?.spec?.selector),
      });
    },
    claim: (key) => watched.claim.get(key),
    volume: (name) => watched.volume.get(name),
    volumes: () => watched.volume.list(),
    storageClass: (name) => watched['storage class'].get(name),
    csiNode: (name) => watched['csi node'].get(name),
    csiDriver: (name) => watched['csi driver'].get(name),
    attachments: () => watched['volume attachment'].list(),
    capacities: () => watched['csi capacity'].list(),
    reservations,
    budgets: (namespace) => budgets.list(namespace),
  };
}

type Finders = Readonly<Record<string, (key: string) => OwnerSelector>>;

function ownerSelectorsOf({ pod, namespace }: PodInfo, finders: Finders): readonly OwnerSelector[] {
  const owner = (pod.metadata?.ownerReferences ?? []).find(({ controller }) => controller === true);
  const find = owner === undefined ? undefined : own(finders, owner.kind);
  const selector = owner === undefined || find === undefined ? 'nothing' : find(`${namespace}/${owner.name}`);
  return selector === 'nothing' ? [] : [selector];
}

function labelsSelector(labels: Labels | undefined): OwnerSelector {
  return labels === undefined ? 'nothing' : selectorOfLabels(labels);
}

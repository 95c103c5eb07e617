// How far a rollout is, as a sentence: pure.

import { quote } from '../../../../sandbox/kube/go/text.ts';
import type { V1DaemonSet, V1Deployment, V1StatefulSet } from '../../../../sandbox/schema/generated/types.ts';
import { REVISION } from '../../deployments.ts';

export interface Progress {
  readonly text: string;
  readonly done: boolean;
}

const waiting = (text: string): Progress => ({ text: `${text}...\n`, done: false });
const finished = (text: string): Progress => ({ text: `${text}\n`, done: true });

/** Throws for one that doesn't get on, or isn't of the revision that is asked for (0: any). */
export function deploymentProgress({ metadata, spec, status }: V1Deployment, revision: number): Progress {
  const name = quote(metadata?.name ?? '');
  if (revision > 0) confirmRunning(metadata?.annotations?.[REVISION], revision, name);
  if ((metadata?.generation ?? 0) > (status?.observedGeneration ?? 0)) {
    return waiting('Waiting for deployment spec update to be observed');
  }
  const progressing = status?.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    throw new Error(`deployment ${name} exceeded its progress deadline`);
  }
  const { replicas = 0, updatedReplicas: updated = 0, availableReplicas: available = 0 } = status ?? {};
  const rollout = `Waiting for deployment ${name} rollout to finish:`;
  const wished = spec?.replicas;
  if (wished !== undefined && updated < wished) {
    return waiting(`${rollout} ${updated} out of ${wished} new replicas have been updated`);
  }
  if (replicas > updated) return waiting(`${rollout} ${replicas - updated} old replicas are pending termination`);
  if (available < updated) return waiting(`${rollout} ${available} of ${updated} updated replicas are available`);
  return finished(`deployment ${name} successfully rolled out`);
}

function confirmRunning(text: string | undefined, wished: number, name: string): void {
  const running = Number(text ?? 0);
  if (!Number.isInteger(running)) {
    const why = `strconv.ParseInt: parsing ${quote(text ?? '')}: invalid syntax`;
    throw new Error(`cannot get the revision of deployment ${name}: ${why}`);
  }
  if (running !== wished) {
    throw new Error(`desired revision (${wished}) is different from the running revision (${running})`);
  }
}

const NOT_ROLLING = 'rollout status is only available for RollingUpdate strategy type';

export function daemonSetProgress({ metadata, spec, status }: V1DaemonSet): Progress {
  if (spec?.updateStrategy?.type !== 'RollingUpdate') throw new Error(NOT_ROLLING);
  if ((metadata?.generation ?? 0) > (status?.observedGeneration ?? 0)) {
    return waiting('Waiting for daemon set spec update to be observed');
  }
  const name = quote(metadata?.name ?? '');
  const rollout = `Waiting for daemon set ${name} rollout to finish:`;
  const { desiredNumberScheduled: desired = 0, updatedNumberScheduled: updated = 0 } = status ?? {};
  if (updated < desired) return waiting(`${rollout} ${updated} out of ${desired} new pods have been updated`);
  const available = status?.numberAvailable ?? 0;
  if (available < desired) return waiting(`${rollout} ${available} of ${desired} updated pods are available`);
  return finished(`daemon set ${name} successfully rolled out`);
}

export function statefulSetProgress({ metadata, spec, status }: V1StatefulSet): Progress {
  const strategy = spec?.updateStrategy;
  if (strategy?.type !== 'RollingUpdate') throw new Error(NOT_ROLLING);
  const observed = status?.observedGeneration ?? 0;
  if (observed === 0 || (metadata?.generation ?? 0) > observed) {
    return waiting('Waiting for statefulset spec update to be observed');
  }
  const { readyReplicas: ready = 0, updatedReplicas: updated = 0, currentReplicas: current = 0 } = status ?? {};
  const wished = spec?.replicas;
  if (wished !== undefined && ready < wished) return waiting(`Waiting for ${wished - ready} pods to be ready`);
  if (strategy.rollingUpdate !== undefined) {
    const { partition } = strategy.rollingUpdate;
    const share = wished === undefined || partition === undefined ? 0 : wished - partition;
    if (updated < share) {
      const counts = `${updated} out of ${share} new pods have been updated`;
      return waiting(`Waiting for partitioned roll out to finish: ${counts}`);
    }
    return finished(`partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  const { updateRevision = '', currentRevision = '' } = status ?? {};
  if (updateRevision !== currentRevision) {
    return waiting(`waiting for statefulset rolling update to complete ${updated} pods at revision ${updateRevision}`);
  }
  return finished(`statefulset rolling update complete ${current} pods at revision ${currentRevision}...`);
}

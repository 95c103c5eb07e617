// Deployments, ReplicaSets, StatefulSets, DaemonSets that don't get to what was asked of them.

import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import type {
  V1DaemonSet,
  V1Deployment,
  V1ReplicaSet,
  V1StatefulSet,
} from '../../../sandbox/schema/generated/types.ts';
import { conditionOf, eventOf, isThere, isTrue, line, namespaceOf, podsOf } from '../reading.ts';
import { type Lookup, type Row, rowsFor, type Values } from '../row.ts';

const OWNERS = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'];

/** Why Pods can't even be made: a condition says it, or an event. */
function unmade(pattern: RegExp) {
  return (object: KubeObject, look: Lookup): Values | undefined => {
    const condition = conditionOf(object, 'ReplicaFailure');
    const told = condition?.status === 'True' ? condition.message : eventOf(object, look, ['FailedCreate'])?.message;
    const found = told === undefined || hasAll(object) ? null : pattern.exec(told);
    return found === null ? undefined : { message: line(told), what: found[1] ?? '' };
  };
}

/** As many Pods as were asked for are there: an old event means nothing any more. */
function hasAll({ spec, status }: KubeObject & { readonly spec?: unknown; readonly status?: unknown }): boolean {
  const wanted = (spec as { replicas?: number } | undefined)?.replicas;
  const {
    replicas = 0,
    currentNumberScheduled = 0,
    desiredNumberScheduled,
  } = (status ?? {}) as {
    readonly replicas?: number;
    readonly currentNumberScheduled?: number;
    readonly desiredNumberScheduled?: number;
  };
  if (desiredNumberScheduled !== undefined) return currentNumberScheduled >= desiredNumberScheduled;
  return wanted !== undefined && replicas >= wanted;
}

const SAYS = { en: 'FailedCreate: {message}', ja: 'FailedCreate: {message}' };

/** The first Pod that isn't as it should be. */
function unwell(object: KubeObject, look: Lookup): KubeObject | undefined {
  const pods = podsOf(object, look).filter(({ status }) => status?.phase !== 'Succeeded');
  return pods.find((pod) => !isTrue(pod, 'Ready'));
}

const COMMON = OWNERS.flatMap((kind) =>
  rowsFor(kind, [
    {
      id: `${kind.toLowerCase()}-quota`,
      when: unmade(/exceeded quota: ([^,]+)/),
      evidence: SAYS,
      cause: {
        en: 'ResourceQuota {what} of namespace {namespace} has no room for its Pods.',
        ja: '名前空間 {namespace} の ResourceQuota {what} に空きがなく、Pod を作れません。',
      },
      next: 'kubectl describe quota{n}',
    },
    {
      id: `${kind.toLowerCase()}-account`,
      when: unmade(/serviceaccount "([^"]+)" not found/),
      evidence: SAYS,
      cause: {
        en: 'Its template names ServiceAccount {what}, which is not in namespace {namespace}.',
        ja: 'template が指定する ServiceAccount {what} が、名前空間 {namespace} にありません。',
      },
      next: 'kubectl get serviceaccounts{n}',
    },
    {
      id: `${kind.toLowerCase()}-refused`,
      when: unmade(/(.+)/),
      evidence: SAYS,
      cause: {
        en: 'The API refuses the Pods that it would make.',
        ja: '作ろうとする Pod を API が拒否しています。',
      },
      next: 'kubectl get events{n} --field-selector reason=FailedCreate',
    },
  ]),
);

/** Those that stand behind rows which say more. */
const LAST = OWNERS.flatMap((kind) =>
  rowsFor(kind, [
    {
      id: `${kind.toLowerCase()}-pods`,
      when: (object, look) => {
        const found = unwell(object, look);
        return found && { pod: found.metadata?.name ?? '', count: podsOf(object, look).length };
      },
      evidence: {
        en: 'of its {count} Pods, {pod} is not Ready',
        ja: '{count} 個の Pod のうち {pod} が Ready ではない',
      },
      cause: {
        en: 'It makes Pods; that they work is up to them. That Pod is what has to be looked at.',
        ja: 'Pod を作るところまでが役目です。調べるべきは、その Pod です。',
      },
      next: 'kubectl describe pod {pod}{n}',
      leads: unwell,
    },
  ]),
);

const DEPLOYMENTS: readonly Row[] = rowsFor<V1Deployment>('Deployment', [
  {
    id: 'deployment-paused',
    when: ({ spec }) => spec?.paused === true,
    evidence: { en: 'spec.paused is true', ja: 'spec.paused が true' },
    cause: {
      en: 'Changes of the template are kept back until somebody resumes it.',
      ja: '再開するまで、template の変更は反映されません。',
    },
    next: 'kubectl rollout resume deployment/{name}{n}',
  },
  {
    id: 'deployment-zero',
    when: ({ spec }) => spec?.replicas === 0,
    evidence: { en: 'spec.replicas is 0', ja: 'spec.replicas が 0' },
    cause: { en: 'No Pods are asked for.', ja: 'Pod が 1 つも求められていません。' },
    next: 'kubectl scale deployment/{name}{n} --replicas=1',
  },
  {
    id: 'deployment-deadline',
    when: (deployment) => {
      const { reason, message } = conditionOf(deployment, 'Progressing') ?? {};
      return reason === 'ProgressDeadlineExceeded' ? { message: line(message) } : undefined;
    },
    evidence: {
      en: 'Progressing=False, ProgressDeadlineExceeded: {message}',
      ja: 'Progressing=False、ProgressDeadlineExceeded: {message}',
    },
    cause: {
      en: 'The rollout has not come further for progressDeadlineSeconds. It is not undone by itself: the old Pods serve on.',
      ja: 'progressDeadlineSeconds の間、ロールアウトが進んでいません。自動では戻らず、古い Pod が動き続けます。',
    },
    next: 'kubectl rollout status deployment/{name}{n}',
    leads: unwell,
  },
  {
    id: 'deployment-unobserved',
    when: ({ metadata, status }) => (status?.observedGeneration ?? 0) < (metadata?.generation ?? 0),
    evidence: {
      en: 'status.observedGeneration is behind metadata.generation',
      ja: 'status.observedGeneration が metadata.generation に追いついていない',
    },
    cause: {
      en: 'No controller has seen the latest change. After more than a few seconds that means: the controller manager does not run.',
      ja: '最新の変更をまだコントローラーが見ていません。数秒たっても変わらなければ、controller manager が動いていません。',
    },
    next: 'kubectl get lease -n kube-system kube-controller-manager',
  },
]);

const STATEFUL_SETS: readonly Row[] = rowsFor<V1StatefulSet>('StatefulSet', [
  {
    id: 'statefulset-service-missing',
    when: (set, look) => {
      const wanted = set.spec?.serviceName ?? '';
      return wanted !== '' && !isThere(look, 'Service', wanted, namespaceOf(set)) ? { service: wanted } : undefined;
    },
    evidence: {
      en: 'spec.serviceName is {service}, and there is no such Service',
      ja: 'spec.serviceName は {service} だが、その Service がない',
    },
    cause: {
      en: 'Its Pods run, but their names (POD.{service}) do not resolve until there is a headless Service.',
      ja: 'Pod は動きますが、headless Service がないと POD.{service} という名前を引けません。',
    },
    next: 'kubectl get services{n}',
  },
  {
    id: 'statefulset-waits',
    when: (set, look) => {
      const { replicas = 1, podManagementPolicy = 'OrderedReady' } = set.spec ?? {};
      const pods = podsOf(set, look);
      const blocking = pods.find((pod) => !isTrue(pod, 'Ready'));
      if (podManagementPolicy !== 'OrderedReady' || pods.length >= replicas || blocking === undefined) return undefined;
      return { pod: blocking.metadata?.name ?? '', have: pods.length, want: replicas };
    },
    evidence: {
      en: '{have} of {want} Pods; {pod} is not Ready',
      ja: 'Pod は {want} 個中 {have} 個。{pod} が Ready ではない',
    },
    cause: {
      en: 'With OrderedReady the next Pod is made only when the one before is Ready.',
      ja: 'OrderedReady では、前の Pod が Ready になってから次を作ります。',
    },
    next: 'kubectl describe pod {pod}{n}',
    leads: unwell,
  },
  {
    id: 'statefulset-on-delete',
    when: ({ spec, status }) =>
      spec?.updateStrategy?.type === 'OnDelete' &&
      status?.updateRevision !== undefined &&
      status.currentRevision !== status.updateRevision,
    evidence: {
      en: 'updateStrategy OnDelete, and Pods of an older revision',
      ja: 'updateStrategy が OnDelete で、古いリビジョンの Pod がある',
    },
    cause: {
      en: 'The change waits until somebody deletes the Pods: only then are they made anew.',
      ja: 'Pod を削除するまで変更は反映されません。削除すると新しい内容で作り直されます。',
    },
    next: 'kubectl get pods{n} -L controller-revision-hash',
  },
]);

const DAEMON_SETS: readonly Row[] = rowsFor<V1DaemonSet>('DaemonSet', [
  {
    id: 'daemonset-nowhere',
    when: ({ status }) => status?.observedGeneration !== undefined && status.desiredNumberScheduled === 0,
    evidence: { en: 'status.desiredNumberScheduled is 0', ja: 'status.desiredNumberScheduled が 0' },
    cause: {
      en: 'No node fits its nodeSelector and tolerations.',
      ja: 'nodeSelector と toleration に合うノードがありません。',
    },
    next: 'kubectl get nodes --show-labels',
  },
  {
    id: 'daemonset-on-delete',
    when: ({ spec, status }) =>
      spec?.updateStrategy?.type === 'OnDelete' &&
      (status?.updatedNumberScheduled ?? 0) < (status?.currentNumberScheduled ?? 0),
    evidence: {
      en: 'updateStrategy OnDelete, and Pods of an older template',
      ja: 'updateStrategy が OnDelete で、古い template の Pod がある',
    },
    cause: {
      en: 'The change waits until somebody deletes the Pods: only then are they made anew.',
      ja: 'Pod を削除するまで変更は反映されません。削除すると新しい内容で作り直されます。',
    },
    next: 'kubectl get pods{n} -L controller-revision-hash',
  },
]);

const REPLICA_SETS: readonly Row[] = rowsFor<V1ReplicaSet>('ReplicaSet', [
  {
    id: 'replicaset-old',
    when: ({ metadata, spec }) =>
      spec?.replicas === 0 && (metadata?.ownerReferences ?? []).some(({ kind }) => kind === 'Deployment'),
    evidence: {
      en: 'spec.replicas is 0, and a Deployment owns it',
      ja: 'spec.replicas が 0 で、Deployment が所有している',
    },
    cause: {
      en: 'It is an older version of its Deployment, kept for `kubectl rollout undo`.',
      ja: 'Deployment の以前のバージョンです。`kubectl rollout undo` のために残されています。',
    },
    next: 'kubectl rollout history deployment{n}',
  },
]);

export const WORKLOADS: readonly Row[] = [
  ...DEPLOYMENTS,
  ...REPLICA_SETS,
  ...COMMON,
  ...STATEFUL_SETS,
  ...DAEMON_SETS,
  ...LAST,
];

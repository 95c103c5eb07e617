// What holds things back: autoscalers, budgets, quotas; and rights that lead nowhere.

import { compareQuantities, parseQuantity } from '../../../sandbox/kube/quantity.ts';
import type {
  V1PodDisruptionBudget,
  V1ResourceQuota,
  V1RoleBinding,
  V2HorizontalPodAutoscaler,
} from '../../../sandbox/schema/generated/types.ts';
import { conditionOf, isThere, labelSelectorText, line, namespaceOf, podsOf } from '../reading.ts';
import { type Row, rowsFor } from '../row.ts';

function told(type: string, status: string, pattern: RegExp) {
  return (scaler: V2HorizontalPodAutoscaler) => {
    const found = conditionOf(scaler, type);
    if (found?.status !== status || !pattern.test(found.reason ?? '')) return undefined;
    const { name = '', kind = '' } = scaler.spec?.scaleTargetRef ?? {};
    return { reason: found.reason ?? '', message: line(found.message), target: `${kind} ${name}` };
  };
}

const AUTOSCALERS: readonly Row[] = rowsFor<V2HorizontalPodAutoscaler>('HorizontalPodAutoscaler', [
  {
    id: 'hpa-target',
    when: told('AbleToScale', 'False', /FailedGetScale/),
    evidence: { en: 'AbleToScale=False: {reason} {message}', ja: 'AbleToScale=False: {reason} {message}' },
    cause: {
      en: 'What it is to scale, {target}, is not there.',
      ja: 'スケール対象の {target} がありません。',
    },
    next: 'kubectl get hpa {name}{n} -o jsonpath={.spec.scaleTargetRef}',
  },
  {
    id: 'hpa-disabled',
    when: told('ScalingActive', 'False', /ScalingDisabled/),
    evidence: { en: 'ScalingActive=False: {message}', ja: 'ScalingActive=False: {message}' },
    cause: {
      en: 'Its target has 0 replicas: it does nothing until somebody asks for at least one.',
      ja: '対象の replicas が 0 です。1 以上にされるまで、何もしません。',
    },
    next: 'kubectl get hpa {name}{n}',
  },
  {
    id: 'hpa-metrics',
    when: told('ScalingActive', 'False', /Failed|Invalid/),
    evidence: { en: 'ScalingActive=False: {reason} {message}', ja: 'ScalingActive=False: {reason} {message}' },
    cause: {
      en: 'It has no figures: there is no metrics server, or its Pods have no requests that a percentage could be of.',
      ja: '指標を取得できません。metrics-server がないか、割合の基準になる requests が Pod にありません。',
    },
    next: 'kubectl top pods{n}',
  },
  {
    id: 'hpa-limited',
    when: told('ScalingLimited', 'True', /TooMany|TooFew/),
    evidence: { en: 'ScalingLimited=True: {message}', ja: 'ScalingLimited=True: {message}' },
    cause: {
      en: 'It would go further, but minReplicas or maxReplicas hold it.',
      ja: 'もっと増減させたいところですが、minReplicas または maxReplicas で止められています。',
    },
    next: 'kubectl get hpa {name}{n}',
  },
]);

const BUDGETS: readonly Row[] = rowsFor<V1PodDisruptionBudget>('PodDisruptionBudget', [
  {
    id: 'budget-nobody',
    when: (budget, look) =>
      podsOf(budget, look).length === 0 ? { selector: labelSelectorText(budget.spec?.selector) || '-' } : undefined,
    evidence: { en: 'selector {selector} matches no Pod', ja: 'selector {selector} に合う Pod がない' },
    cause: { en: 'It protects nobody.', ja: '何も守っていません。' },
    next: 'kubectl get pods{n} --show-labels',
  },
  {
    id: 'budget-never',
    when: ({ status, spec }) => {
      const { disruptionsAllowed = 0, expectedPods = 0, desiredHealthy = 0, currentHealthy = 0 } = status ?? {};
      if (disruptionsAllowed > 0 || currentHealthy < desiredHealthy || expectedPods === 0) return undefined;
      return desiredHealthy >= expectedPods
        ? { asked: spec?.minAvailable ?? `maxUnavailable ${spec?.maxUnavailable}`, count: expectedPods }
        : undefined;
    },
    evidence: {
      en: 'it asks for {asked} of {count} Pods, disruptionsAllowed is 0',
      ja: '{count} 個の Pod に対して {asked} を求め、disruptionsAllowed が 0',
    },
    cause: {
      en: 'As it is written, no Pod may ever be moved: nodes with these Pods can not be drained.',
      ja: 'この書き方では、1 つも退避できません。Pod のあるノードは drain できなくなります。',
    },
    next: 'kubectl get pdb {name}{n}',
  },
  {
    id: 'budget-blocked',
    when: ({ status }) => {
      const { disruptionsAllowed = 0, desiredHealthy = 0, currentHealthy = 0, expectedPods = 0 } = status ?? {};
      return disruptionsAllowed === 0 && expectedPods > 0 ? { have: currentHealthy, want: desiredHealthy } : undefined;
    },
    evidence: {
      en: '{have} healthy, {want} wanted, disruptionsAllowed is 0',
      ja: '正常 {have}、必要 {want}、disruptionsAllowed が 0',
    },
    cause: {
      en: 'Too few of its Pods are healthy already: evictions wait until that is better.',
      ja: '正常な Pod がすでに足りません。回復するまで退避は待たされます。',
    },
    next: 'kubectl get pods{n}',
    leads: (budget, look) => podsOf(budget, look).find((pod) => conditionOf(pod, 'Ready')?.status !== 'True'),
  },
]);

const QUOTAS: readonly Row[] = rowsFor<V1ResourceQuota>('ResourceQuota', [
  {
    id: 'quota-full',
    when: ({ status }) => {
      const full = Object.entries(status?.hard ?? {}).find(([resource, hard]) => {
        const used = status?.used?.[resource];
        return used !== undefined && compareQuantities(parseQuantity(used), parseQuantity(hard)) >= 0;
      });
      return full && { resource: full[0], hard: full[1] };
    },
    evidence: { en: '{resource}: all of {hard} is used', ja: '{resource}: 上限 {hard} を使い切っている' },
    cause: {
      en: 'Whatever would need more of it is refused in namespace {namespace}.',
      ja: '名前空間 {namespace} では、これ以上必要とするものは拒否されます。',
    },
    next: 'kubectl describe quota {name}{n}',
  },
]);

const BINDINGS = ['RoleBinding', 'ClusterRoleBinding'].flatMap((kind) =>
  rowsFor<V1RoleBinding>(kind, [
    {
      id: `${kind.toLowerCase()}-role`,
      when: (binding, look) => {
        const { roleRef } = binding;
        const namespace = roleRef.kind === 'Role' ? namespaceOf(binding) : undefined;
        return isThere(look, roleRef.kind, roleRef.name, namespace)
          ? undefined
          : { role: `${roleRef.kind} ${roleRef.name}` };
      },
      evidence: { en: 'roleRef names {role}, which is not there', ja: 'roleRef の {role} がない' },
      cause: {
        en: 'It gives nobody anything until there is such a role.',
        ja: 'そのロールができるまで、誰にも何の権限も与えません。',
      },
      next: 'kubectl get roles,clusterroles{n}',
    },
    {
      id: `${kind.toLowerCase()}-account`,
      when: (binding, look) => {
        const gone = (binding.subjects ?? []).find(
          (subject) =>
            subject.kind === 'ServiceAccount' &&
            !isThere(look, 'ServiceAccount', subject.name, subject.namespace ?? namespaceOf(binding)),
        );
        return gone && { account: `${gone.namespace ?? namespaceOf(binding)}/${gone.name}` };
      },
      evidence: {
        en: 'subject ServiceAccount {account} is not there',
        ja: 'subject の ServiceAccount {account} がない',
      },
      cause: {
        en: 'The right goes to an account that nobody is: a typing mistake in name or namespace, mostly.',
        ja: '存在しないアカウントに権限を与えています。たいていは名前か名前空間の間違いです。',
      },
      next: 'kubectl get serviceaccounts -A',
    },
  ]),
);

export const LIMITS: readonly Row[] = [...AUTOSCALERS, ...BUDGETS, ...QUOTAS, ...BINDINGS];

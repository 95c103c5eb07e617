// Pods that no node has taken.

import type { V1Node, V1Pod } from '../../../sandbox/schema/generated/types.ts';
import { conditionOf, isTrue, line } from '../reading.ts';
import { type Row, rowsFor } from '../row.ts';

/** What the scheduler says, when it says this. */
function unscheduled(pattern: RegExp) {
  return (pod: V1Pod) => {
    const { status, reason, message = '' } = conditionOf(pod, 'PodScheduled') ?? {};
    const found = status === 'False' && reason !== 'SchedulingGated' ? pattern.exec(message) : null;
    return found === null ? undefined : { message: line(message), what: found[1] ?? '' };
  };
}

const SAYS = { en: 'PodScheduled=False: {message}', ja: 'PodScheduled=False: {message}' };

export const SCHEDULING: readonly Row[] = rowsFor<V1Pod>('Pod', [
  {
    id: 'pod-gated',
    when: (pod) =>
      conditionOf(pod, 'PodScheduled')?.reason === 'SchedulingGated'
        ? { gates: (pod.spec?.schedulingGates ?? []).map(({ name }) => name).join(', ') }
        : undefined,
    evidence: { en: 'spec.schedulingGates: {gates}', ja: 'spec.schedulingGates に {gates} がある' },
    cause: {
      en: 'The scheduler does not look at it until whoever set these gates takes them away.',
      ja: 'ゲートを付けた側が外すまで、スケジューラーはこの Pod を対象にしません。',
    },
    next: 'kubectl get pod {name}{n} -o jsonpath={.spec.schedulingGates}',
  },
  {
    id: 'pod-claim-missing',
    when: unscheduled(/persistentvolumeclaim "([^"]+)" not found/),
    evidence: SAYS,
    cause: {
      en: 'It mounts the claim {what}, and there is no PersistentVolumeClaim of that name in namespace {namespace}.',
      ja: 'PVC {what} をマウントしますが、名前空間 {namespace} にその名前の PersistentVolumeClaim がありません。',
    },
    next: 'kubectl get pvc{n}',
  },
  {
    id: 'pod-claim-unbound',
    when: unscheduled(/unbound immediate PersistentVolumeClaims/),
    evidence: SAYS,
    cause: {
      en: 'A claim that it mounts has no volume yet. The claim is what has to be looked at.',
      ja: 'マウントする PVC がまだボリュームに結び付いていません。調べるべきは PVC のほうです。',
    },
    next: 'kubectl describe pvc{n}',
  },
  {
    id: 'pod-cpu',
    when: unscheduled(/Insufficient cpu/),
    evidence: SAYS,
    cause: {
      en: 'It requests more CPU than any node has left. What counts are the requests of all Pods there, not what they use.',
      ja: '要求する CPU が、どのノードの空きよりも多いためです。比べられるのは実際の使用量ではなく requests の合計です。',
    },
    next: 'kubectl describe nodes | grep -A8 "Allocated resources"',
  },
  {
    id: 'pod-memory',
    when: unscheduled(/Insufficient memory/),
    evidence: SAYS,
    cause: {
      en: 'It requests more memory than any node has left. What counts are the requests of all Pods there, not what they use.',
      ja: '要求するメモリーが、どのノードの空きよりも多いためです。比べられるのは実際の使用量ではなく requests の合計です。',
    },
    next: 'kubectl describe nodes | grep -A8 "Allocated resources"',
  },
  {
    id: 'pod-resource',
    when: unscheduled(/Insufficient ([\w./-]+)/),
    evidence: SAYS,
    cause: {
      en: 'It requests {what}, and no node offers enough of it: a device plug-in or an administrator has to.',
      ja: '{what} を要求していますが、十分に提供しているノードがありません。デバイスプラグインか管理者が用意するものです。',
    },
    next: 'kubectl get nodes -o custom-columns=NAME:.metadata.name,HAS:.status.allocatable',
  },
  {
    id: 'pod-too-many',
    when: unscheduled(/Too many pods/),
    evidence: SAYS,
    cause: {
      en: 'Nodes take a limited number of Pods (110 usually), and these are full.',
      ja: 'ノードに置ける Pod の数には上限（通常 110）があり、すでに埋まっています。',
    },
    next: 'kubectl get pods -A -o wide --sort-by=.spec.nodeName',
  },
  {
    id: 'pod-selector',
    when: unscheduled(/didn't match Pod's node affinity\/selector/),
    evidence: SAYS,
    cause: {
      en: 'Its nodeSelector or node affinity asks for labels that no node has which could take it.',
      ja: 'nodeSelector や node affinity が求めるラベルを持つノードがありません。',
    },
    next: 'kubectl get nodes --show-labels',
  },
  {
    id: 'pod-anti-affinity',
    when: unscheduled(/anti-affinity rules/),
    evidence: SAYS,
    cause: {
      en: 'Its anti-affinity keeps it away from Pods that already stand on every node that is left.',
      ja: 'anti-affinity で避けている Pod が、残りのすべてのノードにいます。',
    },
    next: 'kubectl get pods{n} -o wide',
  },
  {
    id: 'pod-affinity',
    when: unscheduled(/didn't match pod affinity rules/),
    evidence: SAYS,
    cause: {
      en: 'It wants to stand beside Pods that are on no node it could go to.',
      ja: 'いっしょに置きたい Pod が、置けるノードのどこにもいません。',
    },
    next: 'kubectl get pods{n} -o wide --show-labels',
  },
  {
    id: 'pod-spread',
    when: unscheduled(/pod topology spread constraints/),
    evidence: SAYS,
    cause: {
      en: 'Any node that is left would make the spread more uneven than maxSkew allows.',
      ja: '残りのどのノードに置いても、偏りが maxSkew を超えてしまいます。',
    },
    next: 'kubectl get pod {name}{n} -o jsonpath={.spec.topologySpreadConstraints}',
  },
  {
    id: 'pod-port',
    when: unscheduled(/free ports for the requested pod ports/),
    evidence: SAYS,
    cause: {
      en: 'It asks for a hostPort that another Pod has already on every node that is left. A Service needs no hostPort.',
      ja: '求める hostPort を、残りのどのノードでも別の Pod が使っています。Service 経由なら hostPort は要りません。',
    },
    next: 'kubectl get pods -A -o wide',
  },
  {
    id: 'pod-cordoned',
    when: unscheduled(/node\(s\) were unschedulable/),
    evidence: SAYS,
    cause: {
      en: 'Nodes that could take it are cordoned: somebody said that nothing new goes there.',
      ja: '置けるはずのノードが cordon されていて、新しい Pod を受け付けません。',
    },
    next: 'kubectl get nodes',
  },
  {
    id: 'pod-taint',
    when: unscheduled(/had untolerated taint/),
    evidence: SAYS,
    cause: {
      en: 'Nodes that could take it have taints, and it has no tolerations for them.',
      ja: '置けるはずのノードに taint があり、この Pod にはそれを許す toleration がありません。',
    },
    next: 'kubectl get nodes -o custom-columns=NAME:.metadata.name,TAINTS:.spec.taints',
  },
  {
    id: 'pod-unscheduled',
    when: unscheduled(/(.+)/),
    evidence: SAYS,
    cause: {
      en: 'No node fits all that it asks for.',
      ja: '求める条件をすべて満たすノードがありません。',
    },
    next: 'kubectl describe pod {name}{n}',
  },
  {
    id: 'pod-other-scheduler',
    when: ({ spec, status }) => {
      const { schedulerName = 'default-scheduler', nodeName } = spec ?? {};
      if (nodeName !== undefined || schedulerName === 'default-scheduler' || status?.phase !== 'Pending')
        return undefined;
      return { scheduler: schedulerName };
    },
    evidence: {
      en: 'spec.schedulerName is {scheduler}, and it has no node',
      ja: 'spec.schedulerName が {scheduler} で、ノードが決まっていない',
    },
    cause: {
      en: 'It waits for a scheduler of that name, and none has taken it: it may not be installed.',
      ja: 'その名前のスケジューラーを待っています。まだ引き受けられておらず、導入されていないのかもしれません。',
    },
    next: 'kubectl get pods -n kube-system',
  },
  {
    id: 'pod-no-scheduler',
    when: (pod) =>
      pod.spec?.nodeName === undefined &&
      pod.status?.phase === 'Pending' &&
      conditionOf(pod, 'PodScheduled') === undefined,
    evidence: {
      en: 'no node, and no word of the scheduler about it',
      ja: 'ノードが決まらず、スケジューラーからも何も報告がない',
    },
    cause: {
      en: 'The scheduler has not looked at it. After more than a few seconds that means: it does not run.',
      ja: 'スケジューラーがまだ見ていません。数秒たっても変わらなければ、スケジューラーが動いていません。',
    },
    next: 'kubectl get lease -n kube-system kube-scheduler',
  },
  {
    id: 'pod-node-gone',
    when: ({ spec }, look) => {
      const node = spec?.nodeName;
      const nodes = look({ kind: 'Node' });
      const isGone = nodes.length > 0 && nodes.every(({ metadata }) => metadata?.name !== node);
      return node !== undefined && isGone ? { node } : undefined;
    },
    evidence: {
      en: 'spec.nodeName is {node}, and there is no such Node',
      ja: 'spec.nodeName は {node} だが、その Node がない',
    },
    cause: {
      en: 'Whoever set nodeName passed the scheduler by, or the node was deleted. No kubelet takes it.',
      ja: 'nodeName を直接指定してスケジューラーを通さなかったか、ノードが削除されました。引き受ける kubelet がいません。',
    },
    next: 'kubectl get nodes',
  },
  {
    id: 'pod-node-silent',
    when: ({ spec, status }, look) => {
      const [node] = look({ kind: 'Node', name: spec?.nodeName ?? '' }) as readonly V1Node[];
      if (node === undefined || isTrue(node, 'Ready') || status?.phase === 'Succeeded') return undefined;
      return { node: spec?.nodeName ?? '', reason: conditionOf(node, 'Ready')?.reason ?? '' };
    },
    evidence: { en: 'its node {node} is not Ready ({reason})', ja: 'ノード {node} が Ready ではない（{reason}）' },
    cause: {
      en: 'What is said of the Pod is the last that its node told. Nobody knows how it is now.',
      ja: 'Pod の状態はノードが最後に報告したものです。いまどうなっているかは、誰にも分かりません。',
    },
    next: 'kubectl describe node {node}',
    leads: ({ spec }, look) => look({ kind: 'Node', name: spec?.nodeName ?? '' })[0],
  },
]);

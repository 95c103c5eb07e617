// Pods that run and aren't ready, that have ended, or that don't go away.

import type { V1Pod } from '../../../sandbox/schema/generated/types.ts';
import { conditionOf, containersOf, eventOf, isTrue, line } from '../reading.ts';
import { type Lookup, type Row, rowsFor, type Values } from '../row.ts';

function isDeleted({ metadata }: V1Pod): boolean {
  return metadata?.deletionTimestamp !== undefined;
}

/** A container that runs and isn't ready. */
function unready(pod: V1Pod) {
  if (pod.status?.phase !== 'Running' || isDeleted(pod)) return undefined;
  return containersOf(pod).find(
    ({ status, isInit }) => !isInit && status?.state?.running !== undefined && !status.ready,
  );
}

export const LEAVING: readonly Row[] = rowsFor<V1Pod>('Pod', [
  {
    id: 'pod-finalizer',
    when: (pod) => {
      const { finalizers = [] } = pod.metadata ?? {};
      return isDeleted(pod) && finalizers.length > 0 ? { finalizers: finalizers.join(', ') } : undefined;
    },
    evidence: {
      en: 'deletionTimestamp is set, finalizers: {finalizers}',
      ja: 'deletionTimestamp があり、finalizers に {finalizers} が残っている',
    },
    cause: {
      en: 'It goes when whoever put these finalizers there has done its work and takes them away.',
      ja: 'finalizer を付けた側が後片付けを終えて外すまで、消えません。',
    },
    next: 'kubectl get pod {name}{n} -o jsonpath={.metadata.finalizers}',
  },
  {
    id: 'pod-deleted-node-silent',
    when: (pod, look) => {
      const [node] = look({ kind: 'Node', name: pod.spec?.nodeName ?? '' });
      return isDeleted(pod) && node !== undefined && !isTrue(node, 'Ready')
        ? { node: pod.spec?.nodeName ?? '' }
        : undefined;
    },
    evidence: {
      en: 'deletionTimestamp is set, and its node {node} is not Ready',
      ja: 'deletionTimestamp があり、ノード {node} が Ready ではない',
    },
    cause: {
      en: 'Only its kubelet can say that it has stopped, and that kubelet is silent. It may still be running there.',
      ja: '停止を確認できるのはそのノードの kubelet だけですが、応答がありません。まだ動いている可能性があります。',
    },
    next: 'kubectl describe node {node}',
    leads: ({ spec }, look) => look({ kind: 'Node', name: spec?.nodeName ?? '' })[0],
  },
  {
    id: 'pod-ending',
    when: (pod) => (isDeleted(pod) ? { seconds: pod.metadata?.deletionGracePeriodSeconds ?? 30 } : undefined),
    evidence: {
      en: 'deletionTimestamp is set, {seconds} s of grace',
      ja: 'deletionTimestamp があり、猶予は {seconds} 秒',
    },
    cause: {
      en: 'It is being stopped: preStop first, then SIGTERM. What has not ended after its grace is killed.',
      ja: '停止処理中です。preStop、SIGTERM の順に送られ、猶予が過ぎても終わらなければ強制終了されます。',
    },
    next: 'kubectl get pod {name}{n} -w',
  },
]);

export const ENDED: readonly Row[] = rowsFor<V1Pod>('Pod', [
  {
    id: 'pod-evicted',
    when: ({ status }) => (status?.reason === 'Evicted' ? { message: line(status.message) } : undefined),
    evidence: { en: 'status.reason Evicted: {message}', ja: 'status.reason が Evicted: {message}' },
    cause: {
      en: 'Its node ran short of something and threw it out. It does not come back; what owns it makes another.',
      ja: 'ノードの資源が足りなくなり、追い出されました。この Pod は戻りません。所有者があれば代わりが作られます。',
    },
    next: 'kubectl describe node $(kubectl get pod {name}{n} -o jsonpath={.spec.nodeName})',
  },
  {
    id: 'pod-deadline',
    when: ({ status, spec }) =>
      status?.reason === 'DeadlineExceeded' ? { seconds: spec?.activeDeadlineSeconds ?? '' } : undefined,
    evidence: {
      en: 'status.reason DeadlineExceeded, activeDeadlineSeconds {seconds}',
      ja: 'status.reason が DeadlineExceeded（activeDeadlineSeconds {seconds}）',
    },
    cause: {
      en: 'It ran longer than it was allowed to, and was stopped.',
      ja: '許された時間を超えて動いたため、止められました。',
    },
    next: 'kubectl get pod {name}{n} -o jsonpath={.spec.activeDeadlineSeconds}',
  },
  {
    id: 'pod-disrupted',
    when: (pod) => {
      const found = conditionOf(pod, 'DisruptionTarget');
      return found?.status === 'True' ? { reason: found.reason ?? '', message: line(found.message) } : undefined;
    },
    evidence: { en: 'DisruptionTarget=True: {reason} {message}', ja: 'DisruptionTarget=True: {reason} {message}' },
    cause: {
      en: 'It was not its own fault: room was made for another Pod, or its node was emptied.',
      ja: 'この Pod の不具合ではありません。ほかの Pod に場所を空けたか、ノードが空けられました。',
    },
    next: 'kubectl get events{n} --field-selector involvedObject.name={name}',
  },
  {
    id: 'pod-failed',
    when: (pod) => {
      const ended = containersOf(pod).find(({ status }) => (status?.state?.terminated?.exitCode ?? 0) !== 0);
      if (pod.status?.phase !== 'Failed' || ended === undefined) return undefined;
      const { exitCode = 0, reason = '' } = ended.status?.state?.terminated ?? {};
      return { container: ended.spec.name, code: exitCode, reason, policy: pod.spec?.restartPolicy ?? '' };
    },
    evidence: {
      en: 'phase Failed; container {container} ended with exit code {code} ({reason})',
      ja: 'phase が Failed。コンテナ {container} は終了コード {code}（{reason}）',
    },
    cause: {
      en: 'restartPolicy is {policy}: a failed container is not started again.',
      ja: 'restartPolicy が {policy} なので、失敗したコンテナは再起動されません。',
    },
    next: 'kubectl logs {name}{n} -c {container}',
  },
  {
    id: 'pod-completed',
    when: ({ status, spec }) => (status?.phase === 'Succeeded' ? { policy: spec?.restartPolicy ?? '' } : undefined),
    evidence: { en: 'phase Succeeded', ja: 'phase が Succeeded' },
    cause: {
      en: 'All its containers ended well, and restartPolicy {policy} leaves it at that. A finished Pod is never Ready.',
      ja: 'すべてのコンテナが正常に終わりました（restartPolicy {policy}）。終わった Pod が Ready になることはありません。',
    },
    next: 'kubectl logs {name}{n}',
  },
]);

/** A readiness probe's last word. */
function readiness(pod: V1Pod, look: Lookup): Values | undefined {
  const found = unready(pod);
  if (found?.spec.readinessProbe === undefined) return undefined;
  const event = eventOf(pod, look, ['Unhealthy'], 'Readiness probe');
  return { container: found.spec.name, message: line(event?.message) || 'readinessProbe' };
}

export const RUNNING: readonly Row[] = rowsFor<V1Pod>('Pod', [
  {
    id: 'starting-slowly',
    when: (pod) => {
      const found = unready(pod);
      return found?.spec.startupProbe !== undefined && found.status?.started !== true
        ? { container: found.spec.name }
        : undefined;
    },
    evidence: {
      en: 'container {container} runs, and its startup probe has not succeeded yet',
      ja: 'コンテナ {container} は動いているが、startupProbe がまだ成功していない',
    },
    cause: {
      en: 'It is still starting. Until its startup probe succeeds, no other probe is asked and it gets no traffic.',
      ja: 'まだ起動中です。startupProbe が成功するまで、ほかのプローブは動かず、通信も届きません。',
    },
    next: 'kubectl logs {name}{n} -c {container}',
  },
  {
    id: 'readiness-fails',
    when: readiness,
    evidence: {
      en: 'container {container} runs but is not ready: {message}',
      ja: 'コンテナ {container} は動いているが Ready ではない: {message}',
    },
    cause: {
      en: 'Its readiness probe does not succeed, so Services send it nothing. The program says no, or the probe asks at the wrong place.',
      ja: 'readinessProbe が成功しないため、Service から通信が届きません。プログラムが準備中か、プローブの確認先が間違っています。',
    },
    next: 'kubectl get pod {name}{n} -o jsonpath={.spec.containers[*].readinessProbe}',
  },
  {
    id: 'readiness-gate',
    when: (pod) => {
      const gates = (pod.spec?.readinessGates ?? []).map(({ conditionType }) => conditionType);
      const closed = gates.filter((type) => !isTrue(pod, type));
      return pod.status?.phase === 'Running' && closed.length > 0 ? { gates: closed.join(', ') } : undefined;
    },
    evidence: { en: 'readinessGates: {gates} is not True', ja: 'readinessGates の {gates} が True ではない' },
    cause: {
      en: 'Its containers are ready, but somebody else (a load balancer, mostly) still has to say so with a condition.',
      ja: 'コンテナは Ready ですが、外部（多くはロードバランサー）が条件を True にするのを待っています。',
    },
    next: 'kubectl get pod {name}{n} -o jsonpath={.status.conditions}',
  },
  {
    id: 'init-runs',
    when: (pod) => {
      const found = containersOf(pod).find(
        ({ isInit, status, spec }) => isInit && spec.restartPolicy !== 'Always' && status?.state?.running !== undefined,
      );
      return found && { container: found.spec.name };
    },
    evidence: { en: 'init container {container} is running', ja: 'init コンテナ {container} が実行中' },
    cause: {
      en: 'Nothing else starts before it has ended. One that waits for a Service waits as long as that takes.',
      ja: 'これが終わるまで、ほかのコンテナは起動しません。Service などを待つ処理なら、現れるまで待ち続けます。',
    },
    next: 'kubectl logs {name}{n} -c {container}',
  },
  {
    id: 'pod-creating',
    when: ({ status, spec }) =>
      status?.phase === 'Pending' && spec?.nodeName !== undefined ? { node: spec.nodeName } : undefined,
    evidence: {
      en: 'node {node} has it, and no container runs yet',
      ja: 'ノード {node} に割り当て済みだが、コンテナはまだ動いていない',
    },
    cause: {
      en: 'The node prepares it: network, volumes, images. Events say how far it has come.',
      ja: 'ノードがネットワーク、ボリューム、イメージを準備しています。進み具合はイベントで分かります。',
    },
    next: 'kubectl describe pod {name}{n}',
  },
]);

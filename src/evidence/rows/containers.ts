// Containers that don't come up, and containers that don't stay up.

import type { V1ContainerStatus, V1Pod } from '../../../sandbox/schema/generated/types.ts';
import { containersOf, eventOf, isThere, type Known, line, namespaceOf, quotedIn, waiting } from '../reading.ts';
import { type Lookup, type Row, rowsFor, type Values } from '../row.ts';

/** A container that can't be made, with what is missing by the message. */
function unmade(pattern: RegExp) {
  return (pod: V1Pod): Values | undefined => {
    const found = waiting(pod, 'CreateContainerConfigError', 'CreateContainerError', 'RunContainerError');
    const what = found && pattern.exec(found.message);
    if (!found || !what) return undefined;
    return { container: found.container, reason: found.reason, message: found.message, what: what[1] ?? '' };
  };
}

const SAYS = {
  en: 'container {container} waits: {reason} — {message}',
  ja: 'コンテナ {container} は {reason} で待機中: {message}',
};

/** How a container's last life ended, when it is started again and again. */
function crashing(pod: V1Pod, fits: (last: Ended, known: Known, pod: V1Pod) => boolean): Values | undefined {
  for (const known of containersOf(pod)) {
    const last = endOf(known.status);
    const failed = known.status?.state?.running === undefined || (known.status.restartCount ?? 0) > 0;
    if (last === undefined || known.status === undefined || !failed || !fits(last, known, pod)) continue;
    return {
      container: known.spec.name,
      code: last.exitCode,
      reason: last.reason ?? '',
      restarts: known.status.restartCount,
      limit: known.spec.resources?.limits?.['memory'] ?? '-',
    };
  }
  return undefined;
}

type Ended = NonNullable<NonNullable<V1ContainerStatus['state']>['terminated']>;

function endOf(status: V1ContainerStatus | undefined): Ended | undefined {
  return status?.state?.terminated ?? status?.lastState?.terminated;
}

/** It isn't running just now: it waits to be started again, or has just ended. */
function isDown({ status }: Known): boolean {
  return status?.state?.running === undefined;
}

/** The probe that made kubelet restart a container. */
function killedBy(probe: 'Liveness' | 'Startup') {
  return (pod: V1Pod, look: Lookup): Values | undefined => {
    const event = eventOf(pod, look, ['Unhealthy'], `${probe} probe`);
    const found = containersOf(pod).find(
      ({ spec, status }) =>
        (probe === 'Liveness' ? spec.livenessProbe : spec.startupProbe) !== undefined &&
        (status?.restartCount ?? 0) > 0,
    );
    if (event === undefined || found === undefined) return undefined;
    return { container: found.spec.name, message: line(event.message), restarts: found.status?.restartCount ?? 0 };
  };
}

/** A volume whose ConfigMap or Secret isn't there. */
function unmounted(kind: 'ConfigMap' | 'Secret') {
  return (pod: V1Pod, look: Lookup): Values | undefined => {
    if (pod.status?.phase !== 'Pending' || pod.spec?.nodeName === undefined) return undefined;
    const namespace = namespaceOf(pod);
    for (const { configMap, secret, name: volume } of pod.spec.volumes ?? []) {
      const wanted = kind === 'ConfigMap' ? configMap?.name : secret?.secretName;
      const optional = (kind === 'ConfigMap' ? configMap : secret)?.optional === true;
      if (wanted !== undefined && !optional && !isThere(look, kind, wanted, namespace)) return { volume, what: wanted };
    }
    return undefined;
  };
}

export const CONTAINERS: readonly Row[] = rowsFor<V1Pod>('Pod', [
  {
    id: 'config-map-missing',
    when: unmade(/configmap "([^"]+)" not found/),
    evidence: SAYS,
    cause: {
      en: 'An environment variable comes from ConfigMap {what}, which is not in namespace {namespace}.',
      ja: '環境変数の元になる ConfigMap {what} が、名前空間 {namespace} にありません。',
    },
    next: 'kubectl get configmaps{n}',
  },
  {
    id: 'secret-missing',
    when: unmade(/secret "([^"]+)" not found/),
    evidence: SAYS,
    cause: {
      en: 'An environment variable comes from Secret {what}, which is not in namespace {namespace}.',
      ja: '環境変数の元になる Secret {what} が、名前空間 {namespace} にありません。',
    },
    next: 'kubectl get secrets{n}',
  },
  {
    id: 'key-missing',
    when: unmade(/couldn't find key (\S+) in/),
    evidence: SAYS,
    cause: {
      en: 'The ConfigMap or Secret is there, but it has no key {what}.',
      ja: 'ConfigMap や Secret はありますが、キー {what} が入っていません。',
    },
    next: 'kubectl get configmaps,secrets{n} -o yaml',
  },
  {
    id: 'runs-as-root',
    when: unmade(/(runAsNonRoot)/),
    evidence: SAYS,
    cause: {
      en: 'runAsNonRoot is asked for, and the image runs as root (or does not say by number who it runs as).',
      ja: 'runAsNonRoot を求めていますが、イメージは root で動く（または数値の UID が指定されていない）ものです。',
    },
    next: 'kubectl get pod {name}{n} -o jsonpath={.spec.containers[*].securityContext}',
  },
  {
    id: 'command-missing',
    when: (pod) => {
      for (const { spec, status } of containersOf(pod)) {
        const { waiting: waits, terminated } = status?.state ?? {};
        const told = [waits, terminated, status?.lastState?.terminated].find((one) =>
          /executable file not found|no such file or directory|permission denied/.test(one?.message ?? ''),
        );
        if (told?.message === undefined) continue;
        const what = quotedIn(told.message, /exec: "([^"]+)"/) ?? (spec.command ?? [])[0] ?? '';
        return { container: spec.name, message: line(told.message), what };
      }
      return undefined;
    },
    evidence: {
      en: 'container {container} did not start: {message}',
      ja: 'コンテナ {container} が起動しない: {message}',
    },
    cause: {
      en: 'The image has no program {what} that it could run. `command` replaces what the image would start.',
      ja: 'イメージに実行できる {what} がありません。`command` は、イメージ本来の起動コマンドを置き換えます。',
    },
    next: 'kubectl get pod {name}{n} -o jsonpath={.spec.containers[*].command}',
  },
  {
    id: 'volume-config-map-missing',
    when: unmounted('ConfigMap'),
    evidence: {
      en: 'volume {volume} is ConfigMap {what}, which is not there',
      ja: 'ボリューム {volume} の ConfigMap {what} がない',
    },
    cause: {
      en: 'The node waits for ConfigMap {what} before it starts anything. Make it, and the Pod goes on by itself.',
      ja: 'ノードは ConfigMap {what} を待っています。作成すれば、Pod は自動で先へ進みます。',
    },
    next: 'kubectl get configmaps{n}',
  },
  {
    id: 'volume-secret-missing',
    when: unmounted('Secret'),
    evidence: {
      en: 'volume {volume} is Secret {what}, which is not there',
      ja: 'ボリューム {volume} の Secret {what} がない',
    },
    cause: {
      en: 'The node waits for Secret {what} before it starts anything. Make it, and the Pod goes on by itself.',
      ja: 'ノードは Secret {what} を待っています。作成すれば、Pod は自動で先へ進みます。',
    },
    next: 'kubectl get secrets{n}',
  },
  {
    id: 'volume-unmounted',
    when: (pod, look) => {
      const event = eventOf(pod, look, ['FailedMount', 'FailedAttachVolume']);
      return pod.status?.phase === 'Pending' && event !== undefined ? { message: line(event.message) } : undefined;
    },
    evidence: { en: 'event FailedMount: {message}', ja: 'イベント FailedMount: {message}' },
    cause: {
      en: 'A volume can not be mounted, and no container starts before all are.',
      ja: 'マウントできないボリュームがあります。すべてそろうまで、コンテナは起動しません。',
    },
    next: 'kubectl describe pod {name}{n}',
  },
  {
    id: 'out-of-memory',
    when: (pod) => crashing(pod, ({ reason }) => reason === 'OOMKilled'),
    evidence: {
      en: 'container {container} ended with {reason} (exit code {code}), {restarts} restarts',
      ja: 'コンテナ {container} は {reason}（終了コード {code}）、再起動 {restarts} 回',
    },
    cause: {
      en: 'It used more memory than its limit ({limit}), and the kernel killed it. The limit is too low, or the program leaks.',
      ja: 'メモリーの上限（{limit}）を超え、カーネルに止められました。上限が低すぎるか、プログラムがリークしています。',
    },
    next: 'kubectl top pod {name}{n} --containers',
  },
  {
    id: 'init-fails',
    when: (pod) => crashing(pod, ({ exitCode }, { isInit }) => isInit && exitCode !== 0),
    evidence: {
      en: 'init container {container} ended with exit code {code} ({reason}), {restarts} restarts',
      ja: 'init コンテナ {container} が終了コード {code}（{reason}）、再起動 {restarts} 回',
    },
    cause: {
      en: 'Init containers run one after the other, each to a good end, before anything else starts. This one fails.',
      ja: 'init コンテナは順に正常終了するまで、次へ進みません。これが失敗しています。',
    },
    next: 'kubectl logs {name}{n} -c {container} --previous',
  },
  {
    id: 'startup-fails',
    when: killedBy('Startup'),
    evidence: {
      en: '{message}; container {container} was restarted {restarts} times',
      ja: '{message}。コンテナ {container} は {restarts} 回再起動された',
    },
    cause: {
      en: 'It takes longer to start than the startup probe waits (failureThreshold × periodSeconds), or the probe asks at the wrong place.',
      ja: 'startupProbe が待つ時間（failureThreshold × periodSeconds）より起動に時間がかかっているか、確認先が間違っています。',
    },
    next: 'kubectl get pod {name}{n} -o jsonpath={.spec.containers[*].startupProbe}',
  },
  {
    id: 'liveness-fails',
    when: killedBy('Liveness'),
    evidence: {
      en: '{message}; container {container} was restarted {restarts} times',
      ja: '{message}。コンテナ {container} は {restarts} 回再起動された',
    },
    cause: {
      en: 'Kubelet restarts it because its liveness probe fails. That helps only what a restart mends: the probe must not ask others.',
      ja: 'livenessProbe が失敗したため kubelet が再起動しています。再起動で直るものだけに使い、ほかのサービスには依存させないのが原則です。',
    },
    next: 'kubectl get pod {name}{n} -o jsonpath={.spec.containers[*].livenessProbe}',
  },
  {
    id: 'others-go-on',
    when: (pod) => {
      if ((pod.spec?.restartPolicy ?? 'Always') === 'Always') return undefined;
      const other = pod.status?.containerStatuses?.find(({ state }) => state?.running !== undefined)?.name;
      const ended = crashing(pod, ({ exitCode }, known) => exitCode === 0 && !known.isInit && isDown(known));
      return ended && other !== undefined ? { ...ended, other } : undefined;
    },
    evidence: {
      en: 'container {container} has done its work (exit code 0), container {other} goes on',
      ja: 'コンテナ {container} は仕事を終えた（終了コード 0）が、コンテナ {other} が動き続けている',
    },
    cause: {
      en: 'A Pod is over when all its containers have ended. A helper that should end with the work is a sidecar: an init container with restartPolicy Always.',
      ja: 'Pod が完了するのは、すべてのコンテナが終わったときです。仕事と一緒に終わってほしい補助役は、サイドカー（restartPolicy: Always の init コンテナ）にします。',
    },
    next: 'kubectl get pod {name}{n} -o jsonpath={.spec.containers[*].name}',
  },
  {
    id: 'ends-by-itself',
    when: (pod) => crashing(pod, ({ exitCode }, known) => exitCode === 0 && !known.isInit && isDown(known)),
    evidence: {
      en: 'container {container} ended with exit code 0, {restarts} restarts',
      ja: 'コンテナ {container} は終了コード 0 で終わり、再起動 {restarts} 回',
    },
    cause: {
      en: 'The program comes to its end, as it should, but restartPolicy Always starts it again. Work that ends is a Job.',
      ja: 'プログラムは正常に終わっていますが、restartPolicy が Always なので繰り返し起動されます。終わりのある仕事には Job を使います。',
    },
    next: 'kubectl get pod {name}{n} -o jsonpath={.spec.restartPolicy}',
  },
  {
    id: 'crashes',
    when: (pod) => crashing(pod, ({ exitCode }, known) => exitCode !== 0 && isDown(known)),
    evidence: {
      en: 'container {container} ended with exit code {code} ({reason}), {restarts} restarts',
      ja: 'コンテナ {container} が終了コード {code}（{reason}）で終わり、再起動 {restarts} 回',
    },
    cause: {
      en: 'The program itself ends with an error. Why, it says in the log of its last life.',
      ja: 'プログラム自身がエラーで終了しています。理由は、直前のコンテナのログにあります。',
    },
    next: 'kubectl logs {name}{n} -c {container} --previous',
  },
]);

// Pods whose image can't be had.

import type { V1Pod } from '../../../sandbox/schema/generated/types.ts';
import { eventOf, waiting } from '../reading.ts';
import { type Lookup, type Row, rowsFor } from '../row.ts';

/** A failed pull, with the first message that says more than "back-off". */
function pull(pattern: RegExp) {
  return (pod: V1Pod, look: Lookup) => {
    const found = waiting(pod, 'ErrImagePull', 'ImagePullBackOff');
    if (found === undefined) return undefined;
    const told = found.reason === 'ErrImagePull' ? found.message : '';
    const event = eventOf(pod, look, ['Failed'], found.image)?.message ?? '';
    const message = told === '' ? event || found.message : told;
    return pattern.test(`${message} ${found.message}`) ? { ...shown(found), message } : undefined;
  };
}

function shown({
  container,
  image,
  reason,
}: {
  readonly container: string;
  readonly image: string;
  readonly reason: string;
}) {
  return { container, image, reason };
}

const SAYS = {
  en: 'container {container} waits: {reason} — {message}',
  ja: 'コンテナ {container} は {reason} で待機中: {message}',
};

export const IMAGES: readonly Row[] = rowsFor<V1Pod>('Pod', [
  {
    id: 'image-login',
    when: pull(/401|403|[Uu]nauthorized|[Ff]orbidden|authorization failed|access denied|no basic auth/),
    evidence: SAYS,
    cause: {
      en: 'The registry wants a login for {image}, and the Pod has no imagePullSecrets that it accepts. A private image that does not exist looks the same.',
      ja: 'レジストリーが {image} に認証を求めています。Pod に有効な imagePullSecrets がありません。存在しない非公開イメージでも同じ見え方になります。',
    },
    next: 'kubectl get pod {name}{n} -o jsonpath={.spec.imagePullSecrets}',
  },
  {
    id: 'image-missing',
    when: pull(/not found|manifest unknown|NotFound/),
    evidence: SAYS,
    cause: {
      en: 'The registry has no {image}: a typing mistake in name or tag, mostly.',
      ja: 'レジストリーに {image} がありません。たいていは名前かタグの打ち間違いです。',
    },
    next: 'kubectl describe pod {name}{n}',
  },
  {
    id: 'image-registry',
    when: pull(/dial tcp|timeout|no such host|503|502|429|connection refused|Too Many Requests|unavailable/i),
    evidence: SAYS,
    cause: {
      en: 'The node does not reach the registry, or the registry does not answer. It tries again by itself, later each time.',
      ja: 'ノードからレジストリーに届かないか、レジストリーが応答していません。間隔を広げながら自動で再試行します。',
    },
    next: 'kubectl get events{n} --field-selector reason=Failed',
  },
  {
    id: 'image-pull',
    when: pull(/./),
    evidence: SAYS,
    cause: {
      en: 'The node could not fetch {image}. It tries again by itself, later each time (up to 5 minutes).',
      ja: 'ノードが {image} を取得できませんでした。間隔を広げながら（最大 5 分）自動で再試行します。',
    },
    next: 'kubectl describe pod {name}{n}',
  },
  {
    id: 'image-never',
    when: (pod) => {
      const found = waiting(pod, 'ErrImageNeverPull');
      return found && shown(found);
    },
    evidence: { en: 'container {container} waits: {reason}', ja: 'コンテナ {container} は {reason} で待機中' },
    cause: {
      en: 'imagePullPolicy is Never, and the node does not have {image}.',
      ja: 'imagePullPolicy が Never ですが、ノードに {image} がありません。',
    },
    next: 'kubectl get pod {name}{n} -o wide',
  },
  {
    id: 'image-name',
    when: (pod) => {
      const found = waiting(pod, 'InvalidImageName');
      return found && { ...shown(found), message: found.message };
    },
    evidence: SAYS,
    cause: {
      en: '{image} is no name of an image: REGISTRY/PATH:TAG, all in small letters.',
      ja: '{image} はイメージ名として正しくありません。REGISTRY/PATH:TAG の形で、すべて小文字です。',
    },
    next: 'kubectl get pod {name}{n} -o jsonpath={.spec.containers[*].image}',
  },
]);

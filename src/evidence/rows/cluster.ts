// Nodes, namespaces, and what the cluster is extended with.

import type {
  V1APIService,
  V1CertificateSigningRequest,
  V1CustomResourceDefinition,
  V1Namespace,
  V1Node,
  V1ValidatingWebhookConfiguration,
} from '../../../sandbox/schema/generated/types.ts';
import { conditionOf, conditionsOf, isThere, isTrue, line } from '../reading.ts';
import { type Lookup, type Row, rowsFor, type Values } from '../row.ts';

function pressed(type: string) {
  return (node: V1Node) => (isTrue(node, type) ? { message: line(conditionOf(node, type)?.message) } : undefined);
}

const NODES: readonly Row[] = rowsFor<V1Node>('Node', [
  {
    id: 'node-silent',
    when: (node) => {
      const { status, message } = conditionOf(node, 'Ready') ?? {};
      return status === 'Unknown' ? { message: line(message) } : undefined;
    },
    evidence: { en: 'Ready=Unknown: {message}', ja: 'Ready=Unknown: {message}' },
    cause: {
      en: 'Its kubelet has not renewed its lease: the machine, the kubelet or the network to it is down. After 5 minutes its Pods are given up.',
      ja: 'kubelet が lease を更新していません。マシン、kubelet、ネットワークのいずれかが止まっています。5 分で Pod は見限られます。',
    },
    next: 'kubectl get lease -n kube-node-lease {name}',
  },
  {
    id: 'node-not-ready',
    when: (node) => {
      const { status, message, reason = '' } = conditionOf(node, 'Ready') ?? {};
      return status === 'False' ? { message: line(message), reason } : undefined;
    },
    evidence: { en: 'Ready=False: {reason} {message}', ja: 'Ready=False: {reason} {message}' },
    cause: {
      en: 'Its kubelet runs, and says that it can not run Pods now.',
      ja: 'kubelet は動いていますが、いまは Pod を動かせないと報告しています。',
    },
    next: 'kubectl describe node {name}',
  },
  {
    id: 'node-memory',
    when: pressed('MemoryPressure'),
    evidence: { en: 'MemoryPressure=True: {message}', ja: 'MemoryPressure=True: {message}' },
    cause: {
      en: 'It runs out of memory: it evicts Pods that use more than they requested, and takes no new ones without requests.',
      ja: 'メモリーが不足しています。要求より多く使う Pod から追い出され、requests のない Pod は受け付けません。',
    },
    next: 'kubectl describe node {name}',
  },
  {
    id: 'node-disk',
    when: pressed('DiskPressure'),
    evidence: { en: 'DiskPressure=True: {message}', ja: 'DiskPressure=True: {message}' },
    cause: {
      en: 'Its disk is nearly full: it removes images and ended containers, evicts Pods, and takes no new ones.',
      ja: 'ディスクがほぼ一杯です。イメージや終了済みコンテナを消し、Pod を追い出し、新しい Pod を受け付けません。',
    },
    next: 'kubectl describe node {name}',
  },
  {
    id: 'node-cordoned',
    when: ({ spec }) => spec?.unschedulable === true,
    evidence: { en: 'spec.unschedulable is true', ja: 'spec.unschedulable が true' },
    cause: {
      en: 'Somebody cordoned it: its Pods stay, new ones go elsewhere.',
      ja: 'cordon されています。いまの Pod はそのままで、新しい Pod は置かれません。',
    },
    next: 'kubectl uncordon {name}',
  },
]);

const NAMESPACES: readonly Row[] = rowsFor<V1Namespace>('Namespace', [
  {
    id: 'namespace-finalizers',
    when: (namespace) => {
      const found = conditionOf(namespace, 'NamespaceFinalizersRemaining');
      return found?.status === 'True' ? { message: line(found.message) } : undefined;
    },
    evidence: {
      en: 'NamespaceFinalizersRemaining=True: {message}',
      ja: 'NamespaceFinalizersRemaining=True: {message}',
    },
    cause: {
      en: 'Something in it has finalizers, and whoever should take them away does not: does that controller still run?',
      ja: '中のオブジェクトに finalizer が残っています。外すはずのコントローラーは、まだ動いているでしょうか。',
    },
    next: 'kubectl api-resources --verbs=list --namespaced -o name | xargs -n1 kubectl get -n {name} --ignore-not-found',
  },
  {
    id: 'namespace-discovery',
    when: (namespace) => {
      const found = conditionOf(namespace, 'NamespaceDeletionDiscoveryFailure');
      return found?.status === 'True' ? { message: line(found.message) } : undefined;
    },
    evidence: {
      en: 'NamespaceDeletionDiscoveryFailure=True: {message}',
      ja: 'NamespaceDeletionDiscoveryFailure=True: {message}',
    },
    cause: {
      en: 'An API group can not be asked what it has in there (an APIService is down), so it is not known to be empty.',
      ja: '応答しない API グループ（APIService）があり、空になったかどうかを確かめられません。',
    },
    next: 'kubectl get apiservices',
  },
  {
    id: 'namespace-content',
    when: (namespace) => {
      const found = conditionOf(namespace, 'NamespaceContentRemaining');
      if (found?.status === 'True') return { message: line(found.message) };
      return namespace.status?.phase === 'Terminating' ? { message: 'Terminating' } : undefined;
    },
    evidence: { en: '{message}', ja: '{message}' },
    cause: {
      en: 'All that is in it is being deleted first; Pods take their grace.',
      ja: '先に中のものがすべて削除されます。Pod の終了には猶予時間がかかります。',
    },
    next: 'kubectl get all -n {name}',
  },
]);

const DEFINITIONS: readonly Row[] = rowsFor<V1CustomResourceDefinition>('CustomResourceDefinition', [
  {
    id: 'crd-names',
    when: (definition) => {
      const found = conditionOf(definition, 'NamesAccepted');
      return found?.status === 'False' ? { message: line(found.message) } : undefined;
    },
    evidence: { en: 'NamesAccepted=False: {message}', ja: 'NamesAccepted=False: {message}' },
    cause: {
      en: 'Another kind has one of its names already; names are given once in a group.',
      ja: '名前のどれかを、別の kind がすでに使っています。グループ内で名前は重複できません。',
    },
    next: 'kubectl get crds',
  },
  {
    id: 'crd-schema',
    when: (definition) => {
      const found = conditionOf(definition, 'NonStructuralSchema');
      return found?.status === 'True' ? { message: line(found.message) } : undefined;
    },
    evidence: { en: 'NonStructuralSchema=True: {message}', ja: 'NonStructuralSchema=True: {message}' },
    cause: {
      en: 'Its schema does not give every field a type: unknown fields can not be pruned.',
      ja: 'スキーマに型のないフィールドがあります。未知のフィールドを取り除けません。',
    },
    next: 'kubectl get crd {name} -o yaml',
  },
]);

const SERVICES: readonly Row[] = rowsFor<V1APIService>('APIService', [
  {
    id: 'apiservice-down',
    when: (service) => {
      const { status, reason = '', message } = conditionOf(service, 'Available') ?? {};
      return status === 'False' ? { reason, message: line(message) } : undefined;
    },
    evidence: { en: 'Available=False: {reason} {message}', ja: 'Available=False: {reason} {message}' },
    cause: {
      en: 'The server behind this API group does not answer. Whatever uses the group fails, deletion of namespaces too.',
      ja: 'この API グループの実体であるサーバーが応答しません。利用側はもちろん、名前空間の削除も止まります。',
    },
    next: 'kubectl get apiservice {name} -o jsonpath={.spec.service}',
  },
]);

/** A webhook whose Service isn't there. */
function deaf({ webhooks }: V1ValidatingWebhookConfiguration, look: Lookup): Values | undefined {
  for (const { clientConfig, failurePolicy = 'Fail', name: hook } of webhooks ?? []) {
    const { service } = clientConfig;
    if (service !== undefined && !isThere(look, 'Service', service.name, service.namespace))
      return { hook, service: `${service.namespace}/${service.name}`, policy: failurePolicy };
  }
  return undefined;
}

const WEBHOOKS = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].flatMap((kind) =>
  rowsFor<V1ValidatingWebhookConfiguration>(kind, [
    {
      id: kind === 'ValidatingWebhookConfiguration' ? 'webhook-deaf' : 'webhook-deaf-mutating',
      when: deaf,
      evidence: {
        en: 'webhook {hook} asks Service {service}, which is not there; failurePolicy {policy}',
        ja: 'webhook {hook} の問い合わせ先 Service {service} がない（failurePolicy {policy}）',
      },
      cause: {
        en: 'With failurePolicy Fail every write that it is asked about is refused until it answers.',
        ja: 'failurePolicy が Fail なら、応答するまで対象の書き込みはすべて拒否されます。',
      },
      next: 'kubectl get service -A',
    },
  ]),
);

const REQUESTS: readonly Row[] = rowsFor<V1CertificateSigningRequest>('CertificateSigningRequest', [
  {
    id: 'csr-pending',
    when: (request) => (conditionsOf(request).length === 0 ? { signer: request.spec.signerName } : undefined),
    evidence: {
      en: 'no condition Approved or Denied; signer {signer}',
      ja: 'Approved も Denied もない（signer {signer}）',
    },
    cause: {
      en: 'Nobody has approved it yet. Some signers approve by themselves, this one waits for a person or a controller.',
      ja: 'まだ承認されていません。自動承認する signer もありますが、これは人かコントローラーの承認を待っています。',
    },
    next: 'kubectl certificate approve {name}',
  },
  {
    id: 'csr-denied',
    when: (request) => {
      const found = conditionOf(request, 'Denied');
      return found === undefined ? undefined : { reason: found.reason ?? '', message: line(found.message) };
    },
    evidence: { en: 'Denied: {reason} {message}', ja: 'Denied: {reason} {message}' },
    cause: {
      en: 'Somebody refused it. That is for good: ask with a new one.',
      ja: '拒否されました。取り消せないので、新しい要求を作ります。',
    },
    next: 'kubectl describe csr {name}',
  },
]);

export const CLUSTER: readonly Row[] = [...NODES, ...NAMESPACES, ...DEFINITIONS, ...SERVICES, ...WEBHOOKS, ...REQUESTS];

// Claims without a volume, volumes without a claim.

import type {
  V1PersistentVolume,
  V1PersistentVolumeClaim,
  V1StorageClass,
} from '../../../sandbox/schema/generated/types.ts';
import { eventOf, line, namespaceOf } from '../reading.ts';
import { type Lookup, type Row, rowsFor } from '../row.ts';

const DEFAULT = 'storageclass.kubernetes.io/is-default-class';

function isPending({ status, metadata }: V1PersistentVolumeClaim): boolean {
  return status?.phase === 'Pending' && metadata?.deletionTimestamp === undefined;
}

function classOf({ spec }: V1PersistentVolumeClaim, look: Lookup): V1StorageClass | undefined {
  return look({ kind: 'StorageClass', name: spec?.storageClassName ?? '-' })[0] as V1StorageClass | undefined;
}

const CLAIMS: readonly Row[] = rowsFor<V1PersistentVolumeClaim>('PersistentVolumeClaim', [
  {
    id: 'claim-in-use',
    when: (claim, look) => {
      if (claim.metadata?.deletionTimestamp === undefined) return undefined;
      const pods = look({ kind: 'Pod', namespace: namespaceOf(claim) }) as readonly {
        readonly metadata?: { readonly name?: string };
        readonly spec?: {
          readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
        };
      }[];
      const user = pods.find(({ spec }) =>
        spec?.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claim.metadata?.name),
      );
      return user && { pod: user.metadata?.name ?? '' };
    },
    evidence: {
      en: 'deletionTimestamp is set, finalizer kubernetes.io/pvc-protection; Pod {pod} mounts it',
      ja: 'deletionTimestamp があり、finalizer kubernetes.io/pvc-protection が残る。Pod {pod} が使用中',
    },
    cause: {
      en: 'A claim that a Pod uses goes only when that Pod has gone.',
      ja: 'Pod が使っている PVC は、その Pod がなくなるまで消えません。',
    },
    next: 'kubectl get pod {pod}{n}',
  },
  {
    id: 'claim-lost',
    when: ({ status, spec }) => (status?.phase === 'Lost' ? { volume: spec?.volumeName ?? '' } : undefined),
    evidence: { en: 'phase Lost; spec.volumeName {volume}', ja: 'phase が Lost。spec.volumeName は {volume}' },
    cause: {
      en: 'The volume that it was bound to is gone, and with it the data.',
      ja: '結び付いていたボリュームがなくなりました。データも失われています。',
    },
    next: 'kubectl get pv',
  },
  {
    id: 'claim-no-class',
    when: (claim, look) =>
      isPending(claim) &&
      claim.spec?.storageClassName === undefined &&
      !look({ kind: 'StorageClass' }).some(({ metadata }) => metadata?.annotations?.[DEFAULT] === 'true'),
    evidence: {
      en: 'spec.storageClassName is not set, and no StorageClass is the default',
      ja: 'spec.storageClassName がなく、既定の StorageClass もない',
    },
    cause: {
      en: 'Nobody makes a volume for it; only one that was made by hand could fit.',
      ja: 'ボリュームを作る担当がいません。手動で用意した PV が合うのを待つだけです。',
    },
    next: 'kubectl get storageclasses',
  },
  {
    id: 'claim-class-missing',
    when: (claim, look) => {
      const wanted = claim.spec?.storageClassName ?? '';
      return isPending(claim) && wanted !== '' && classOf(claim, look) === undefined ? { class: wanted } : undefined;
    },
    evidence: {
      en: 'spec.storageClassName is {class}, and there is no such StorageClass',
      ja: 'spec.storageClassName は {class} だが、その StorageClass がない',
    },
    cause: {
      en: 'Nobody makes volumes of that class: a typing mistake, or a class of another cluster.',
      ja: 'そのクラスのボリュームを作る担当がいません。打ち間違いか、別のクラスターのクラス名です。',
    },
    next: 'kubectl get storageclasses',
  },
  {
    id: 'claim-waits-for-pod',
    when: (claim, look) =>
      isPending(claim) &&
      classOf(claim, look)?.volumeBindingMode === 'WaitForFirstConsumer' &&
      eventOf(claim, look, ['ProvisioningFailed']) === undefined,
    evidence: {
      en: 'its StorageClass has volumeBindingMode WaitForFirstConsumer',
      ja: 'StorageClass の volumeBindingMode が WaitForFirstConsumer',
    },
    cause: {
      en: 'That is as it should be: the volume is made where the first Pod goes that mounts it.',
      ja: '正常な状態です。最初に使う Pod の置き場所が決まってから、そこにボリュームが作られます。',
    },
    next: 'kubectl get pods{n}',
  },
  {
    id: 'claim-provisioning',
    when: (claim, look) => {
      const event = eventOf(claim, look, ['ProvisioningFailed', 'ExternalProvisioning']);
      return isPending(claim) && event !== undefined ? { message: line(event.message) } : undefined;
    },
    evidence: { en: '{message}', ja: '{message}' },
    cause: {
      en: 'Whoever makes volumes of this class has not made one yet.',
      ja: 'このクラスの provisioner が、まだボリュームを作れていません。',
    },
    next: 'kubectl describe pvc {name}{n}',
  },
  {
    id: 'claim-no-volume',
    when: (claim) =>
      isPending(claim) && (claim.spec?.storageClassName ?? '') === ''
        ? {
            size: claim.spec?.resources?.requests?.['storage'] ?? '',
            modes: (claim.spec?.accessModes ?? []).join(', '),
          }
        : undefined,
    evidence: {
      en: 'it asks for {size} with {modes}, without a class, and no volume fits',
      ja: 'クラスなしで {size}（{modes}）を求めているが、合うボリュームがない',
    },
    cause: {
      en: 'A volume fits when it is free, as large at least, offers these access modes, and has no class either.',
      ja: '未使用で、容量が足り、アクセスモードが合い、同じくクラスなしの PV だけが結び付きます。',
    },
    next: 'kubectl get pv',
  },
]);

const VOLUMES: readonly Row[] = rowsFor<V1PersistentVolume>('PersistentVolume', [
  {
    id: 'volume-released',
    when: ({ status, spec }) =>
      status?.phase === 'Released' ? { claim: `${spec?.claimRef?.namespace}/${spec?.claimRef?.name}` } : undefined,
    evidence: {
      en: 'phase Released; spec.claimRef still names {claim}',
      ja: 'phase が Released。spec.claimRef に {claim} が残っている',
    },
    cause: {
      en: 'Its claim was deleted, and Retain keeps the data. It binds again only when somebody clears claimRef.',
      ja: 'PVC は削除されましたが、Retain なのでデータが残っています。claimRef を消すまで、ほかの PVC には結び付きません。',
    },
    next: 'kubectl get pv {name} -o yaml',
  },
  {
    id: 'volume-free',
    when: ({ status }) => status?.phase === 'Available',
    evidence: { en: 'phase Available', ja: 'phase が Available' },
    cause: {
      en: 'No claim has asked for anything that it fits: size, access modes, class and labels must all agree.',
      ja: '容量、アクセスモード、クラス、ラベルがすべて合う PVC がまだありません。',
    },
    next: 'kubectl get pvc -A',
  },
]);

export const STORAGE: readonly Row[] = [...CLAIMS, ...VOLUMES];

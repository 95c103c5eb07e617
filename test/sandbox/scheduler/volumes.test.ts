import { describe, expect, it } from 'vitest';
import {
  PersistentVolumeClaims,
  PersistentVolumes,
  StorageClasses,
} from '../../../sandbox/schema/generated/resources.ts';
import type { V1PersistentVolume } from '../../../sandbox/schema/generated/types.ts';
import { type Lab, newLab } from './lab.ts';

const CLASS = 'local';
const VOLUMES = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'c' } }] };
const BOUND = { 'pv.kubernetes.io/bind-completed': 'yes' };

function labWithClaim(provisioner: string): Lab {
  const lab = newLab();
  for (const name of ['n1', 'n2']) lab.node(name);
  const client = lab.cluster.client();
  const mode = { provisioner, volumeBindingMode: 'WaitForFirstConsumer' };
  lab.cluster.run(client.create(StorageClasses, { metadata: { name: CLASS }, ...mode }));
  const spec = {
    accessModes: ['ReadWriteOnce'],
    storageClassName: CLASS,
    resources: { requests: { storage: '1Gi' } },
  };
  lab.cluster.run(client.create(PersistentVolumeClaims, { metadata: { name: 'c', namespace: 'default' }, spec }));
  lab.wait(50);
  return lab;
}

function addVolume(lab: Lab, name: string, node: string, storage: string): void {
  const client = lab.cluster.client();
  const expression = { key: 'kubernetes.io/hostname', operator: 'In', values: [node] };
  const spec = {
    capacity: { storage },
    accessModes: ['ReadWriteOnce'],
    storageClassName: CLASS,
    local: { path: '/data' },
    nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [expression] }] } },
  };
  const made = lab.cluster.run(client.create<V1PersistentVolume>(PersistentVolumes, { metadata: { name }, spec }));
  lab.cluster.run(client.updateStatus(PersistentVolumes, { ...made, status: { phase: 'Available' } }));
}

function bindClaim(lab: Lab, volumeName: string): void {
  const client = lab.cluster.client();
  const body = { metadata: { annotations: BOUND }, spec: { volumeName } };
  lab.cluster.run(client.patch(PersistentVolumeClaims, { namespace: 'default', name: 'c' }, { type: 'merge', body }));
}

describe('volumes of pods to be placed', () => {
  it('take the pod to where the smallest one that will do can be reached, and are bound first', () => {
    const lab = labWithClaim('kubernetes.io/no-provisioner');
    addVolume(lab, 'large', 'n1', '5Gi');
    addVolume(lab, 'small', 'n2', '500Mi');
    lab.wait(50);
    lab.pod('p', { spec: VOLUMES });
    lab.wait(3000);
    const volume = lab.cluster.run(lab.cluster.client().get(PersistentVolumes, { name: 'large' }));
    expect(volume.spec?.claimRef).toMatchObject({ namespace: 'default', name: 'c' });
    expect(volume.metadata?.annotations).toEqual({ 'pv.kubernetes.io/bound-by-controller': 'yes' });
    expect(lab.get('p').status?.nominatedNodeName).toBe('n1');
    expect(lab.get('p').spec?.nodeName).toBeUndefined();
    bindClaim(lab, 'large');
    lab.wait(3000);
    expect(lab.outcome('p')).toBe('n1');
  });

  it('are provisioned for the node that was chosen', () => {
    const lab = labWithClaim('example.com/disks');
    lab.pod('p', { spec: { ...VOLUMES, nodeSelector: { 'kubernetes.io/hostname': 'n2' } } });
    lab.wait(3000);
    const ref = { namespace: 'default', name: 'c' };
    const claim = lab.cluster.run(lab.cluster.client().get(PersistentVolumeClaims, ref));
    expect(claim.metadata?.annotations).toMatchObject({ 'volume.kubernetes.io/selected-node': 'n2' });
    addVolume(lab, 'fresh', 'n2', '1Gi');
    bindClaim(lab, 'fresh');
    lab.wait(3000);
    expect(lab.outcome('p')).toBe('n2');
  });

  it('keep the pod waiting where there are none', () => {
    const lab = labWithClaim('kubernetes.io/no-provisioner');
    lab.pod('p', { spec: VOLUMES });
    lab.wait();
    expect(lab.outcome('p')).toContain("2 node(s) didn't find available persistent volumes to bind");
    addVolume(lab, 'late', 'n2', '1Gi');
    lab.wait(3000);
    expect(lab.get('p').status?.nominatedNodeName).toBe('n2');
  });
});

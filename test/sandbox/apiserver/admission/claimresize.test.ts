import { describe, expect, it } from 'vitest';
import { Namespaces, PersistentVolumeClaims, StorageClasses } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1PersistentVolumeClaim } from '../../../../sandbox/schema/generated/types.ts';
import { assemble, newSimulatorState } from '../../../../sandbox/simulator.ts';

const NAME = { namespace: 'team', name: 'data' };

function grow(allowVolumeExpansion: boolean, bound: boolean): V1PersistentVolumeClaim {
  const { client, run } = assemble(newSimulatorState());
  const api = client();
  run(api.create(Namespaces, { metadata: { name: 'team' } }));
  run(api.create(StorageClasses, { metadata: { name: 'disk' }, provisioner: 'a/b', allowVolumeExpansion }));
  const requests = { storage: '1Gi' };
  const spec = { accessModes: ['ReadWriteOnce'], storageClassName: 'disk', resources: { requests }, volumeName: 'v' };
  const made = run(api.create(PersistentVolumeClaims, { metadata: NAME, spec }));
  const status = { phase: bound ? 'Bound' : 'Pending' };
  const current = run(api.updateStatus(PersistentVolumeClaims, { ...made, status }));
  const larger = { ...spec, resources: { requests: { storage: '2Gi' } } };
  return run(api.update(PersistentVolumeClaims, { ...current, spec: { ...current.spec, ...larger } }));
}

describe('a claim', () => {
  it('grows when it is bound and its class allows it', () => {
    expect(grow(true, true).spec?.resources?.requests).toEqual({ storage: '2Gi' });
  });

  it('does not grow before it is bound', () => {
    expect(() => grow(true, false)).toThrow('for bound claims');
  });

  it('does not grow when its class does not allow it', () => {
    expect(() => grow(false, true)).toThrow('the storageclass that provisions the pvc must support resize');
  });
});

import { describe, expect, it } from 'vitest';
import { startDoor } from '../http/door.ts';

const CLAIMS = '/api/v1/namespaces/t/persistentvolumeclaims';
const BETA = 'volume.beta.kubernetes.io/storage-class';

/** A claim as it is created, and what answers each merge patch. */
function patches(first: object, ...bodies: readonly object[]): readonly unknown[] {
  const ask = startDoor();
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
  const body = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c' }, spec, ...first };
  expect(ask({ path: CLAIMS, body }).status).toBe(201);
  return bodies.map((each) => {
    const answer = ask({
      method: 'PATCH',
      path: `${CLAIMS}/c`,
      text: JSON.stringify(each),
      type: 'application/merge-patch+json',
    });
    return answer.status === 200 ? 200 : String(answer.body['message']).split('\n')[0];
  });
}

const IMMUTABLE_SPEC =
  'PersistentVolumeClaim "c" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';

describe('the class of a claim', () => {
  it('may be given once to a claim that named none, and is never changed or taken away', () => {
    const [a, b, none] = ['a', 'b', null].map((storageClassName) => ({ spec: { storageClassName } }));
    expect(patches({}, a ?? {}, b ?? {}, none ?? {})).toEqual([200, IMMUTABLE_SPEC, IMMUTABLE_SPEC]);
  });

  it('may move from the annotation of old to the field, where it is the same', () => {
    const old = { metadata: { name: 'c', annotations: { [BETA]: 'a' } } };
    const other = { spec: { storageClassName: 'b' } };
    const moved = { metadata: { annotations: { [BETA]: null } }, spec: { storageClassName: 'a' } };
    expect(patches(old, other, moved)).toEqual([IMMUTABLE_SPEC, 200]);
  });

  it('stays in the annotation of old as it is', () => {
    const old = { metadata: { name: 'c', annotations: { [BETA]: 'a' } } };
    const change = (to: string | null) => ({ metadata: { annotations: { [BETA]: to } } });
    const why = (value: string) =>
      `PersistentVolumeClaim "c" is invalid: metadata.annotations.${BETA}: Invalid value: "${value}": field is immutable`;
    expect(patches(old, change('b'), change(null))).toEqual([why('b'), why('')]);
  });
});

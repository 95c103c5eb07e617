import { expect, test } from 'vitest';
import { rememberEmptied, shownEmpty, wasEmptied } from '../../../sandbox/kube/emptied.ts';
import { fieldError } from '../../../sandbox/kube/fielderrors.ts';
import { isObject, sameJson } from '../../../sandbox/kube/json.ts';
import { decode } from '../../../sandbox/schema/decode/decode.ts';
import { kindType } from '../../../sandbox/schema/schema.ts';

const pod = kindType('', 'v1', 'Pod');

function decoded(metadata: object) {
  if (pod === undefined) throw new Error('pods have no type');
  return decode({ value: { metadata: { ...metadata } } }, pod.type).value;
}

test('what was sent empty is remembered, and isn’t there', () => {
  const { metadata } = decoded({ labels: {}, finalizers: [] });
  if (!isObject(metadata)) throw new Error('no metadata');
  expect(Object.keys(metadata)).toEqual([]);
  expect(wasEmptied(metadata, 'labels')).toBe(true);
  expect(wasEmptied(metadata, 'finalizers')).toBe(true);
  expect(wasEmptied(metadata, 'annotations')).toBe(false);
});

test('it makes no difference to what the object is, and goes with its copies', () => {
  const sent = decoded({ labels: {} });
  expect(sameJson(sent, decoded({}))).toBe(true);
  expect(JSON.stringify(sent)).toBe(JSON.stringify(decoded({})));
  expect(wasEmptied({ ...(isObject(sent.metadata) ? sent.metadata : {}) }, 'labels')).toBe(true);
});

test('a message shows it as it was sent', () => {
  const object = {};
  expect(fieldError('FieldValueInvalid', 'a', shownEmpty(object, 'x', '[]'), '').message).toBe('Invalid value: null');
  rememberEmptied(object, ['x']);
  expect(fieldError('FieldValueInvalid', 'a', shownEmpty(object, 'x', '[]'), '').message).toBe('Invalid value: []');
});

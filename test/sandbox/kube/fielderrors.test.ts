import { describe, expect, test } from 'vitest';
import {
  aggregate,
  at,
  atKey,
  duplicate,
  type FieldError,
  type FieldErrorReason,
  fieldError,
  forbiddenField,
  internalFieldError,
  invalid,
  invalidObject,
  notSupported,
  required,
  shownAsJson,
  shownAsMap,
  tooFew,
  tooLong,
  tooLongCharacters,
  tooMany,
  tooManyUncounted,
  tooShort,
  typeInvalid,
  valueNotFound,
} from '../../../sandbox/kube/fielderrors.ts';
import type { V1StatusCause } from '../../../sandbox/kube/status.ts';
import { refusedRequests } from './facts.ts';

describe('the path to a field', () => {
  test('names are joined by dots, indices and keys stand in brackets', () => {
    expect(at('spec', 'containers', 0, 'image')).toBe('spec.containers[0].image');
    expect(at('', 'spec')).toBe('spec');
    expect(at('items', 1, 2)).toBe('items[1][2]');
    expect(atKey(at('metadata', 'labels'), 'a/b')).toBe('metadata.labels[a/b]');
  });
});

describe('a message shows values as Go prints them', () => {
  test.each([
    [required('f'), 'f: Required value'],
    [required('f', 'must be there'), 'f: Required value: must be there'],
    [invalid('f', 'a"b<c>\n', 'no'), 'f: Invalid value: "a\\"b<c>\\n": no'],
    [invalid('f', '', 'no'), 'f: Invalid value: "": no'],
    [invalid('f', shownAsJson('a<b'), 'no'), 'f: Invalid value: "a\\u003cb": no'],
    [invalid('f', -5, 'no'), 'f: Invalid value: -5: no'],
    [invalid('f', 1e21, 'no'), 'f: Invalid value: 1e+21: no'],
    [invalid('f', 0.00001, 'no'), 'f: Invalid value: 1e-05: no'],
    [invalid('f', 9007199254740993n, 'no'), 'f: Invalid value: 9007199254740993: no'],
    [invalid('f', true, 'no'), 'f: Invalid value: true: no'],
    [invalid('f', null, 'no'), 'f: Invalid value: null: no'],
    [invalid('f', ['a', '<'], 'no'), 'f: Invalid value: ["a","\\u003c"]: no'],
    [invalid('f', { Type: 'X', Rolling: null }, 'no'), 'f: Invalid value: {"Type":"X","Rolling":null}: no'],
    [invalid('f', shownAsMap({ b: 1, a: { 10: 1, 2: 2 } }), 'x'), 'f: Invalid value: {"a":{"10":1,"2":2},"b":1}: x'],
    [typeInvalid('f', 'x', 'no'), 'f: Invalid value: "x": no'],
    [notSupported('f', 'x', ['a', '']), 'f: Unsupported value: "x": supported values: "a", ""'],
    [notSupported('f', 'x', []), 'f: Unsupported value: "x"'],
    [duplicate('f', 'x'), 'f: Duplicate value: "x"'],
    [valueNotFound('f', 'x'), 'f: Not found: "x"'],
    [forbiddenField('f', 'why'), 'f: Forbidden: why'],
    [tooLong('f', 253), 'f: Too long: may not be more than 253 bytes'],
    [tooLongCharacters('f', 1), 'f: Too long: may not be more than 1 character'],
    [tooShort('f', 2), 'f: Too short: must be at least 2 characters'],
    [tooMany('f', 3, 1), 'f: Too many: 3: must have at most 1 item'],
    [tooManyUncounted('f', 2), 'f: Too many: must have at most 2 items'],
    [tooFew('f', 0, 1), 'f: Too few: 0: must have at least 1 item'],
    [internalFieldError('f', 'broken'), 'f: Internal error: broken'],
  ])('%#: %o', (error, text) => {
    expect(`${error.field}: ${error.message}`).toBe(text);
  });
});

describe('the Status of an invalid object', () => {
  test('equal errors are told once in the message, and each in the causes', () => {
    const errors = [required('spec.a'), required('spec.b'), required('spec.a')];
    expect(aggregate(errors)).toBe('[spec.a: Required value, spec.b: Required value]');
    const { status } = invalidObject({ group: 'apps', kind: 'Deployment' }, 'x', errors);
    expect(status.message).toBe('Deployment.apps "x" is invalid: [spec.a: Required value, spec.b: Required value]');
    expect(status.details?.causes).toHaveLength(3);
  });

  const recorded = refusedRequests().filter(({ responseStatus }) => responseStatus?.reason === 'Invalid');
  // These come from admission and decoding, which word their messages themselves.
  const worded = recorded.filter(({ responseStatus }) => responseStatus?.details?.causes?.[0]?.field !== undefined);

  test('there are recorded answers', () => {
    expect(recorded.length).toBeGreaterThan(700);
  });

  test.each(worded.map((request) => [request.name, request] as const))('%s', (_, request) => {
    const status = request.responseStatus;
    const details = status?.details ?? {};
    const about = { group: details.group ?? '', kind: details.kind ?? '' };
    const errors = (details.causes ?? []).map(errorOf);
    for (const error of errors) expect(fieldError(error.reason, '', undefined, '').message).toBe(titleOf(error));
    expect(invalidObject(about, details.name ?? '', errors).status).toEqual(status);
  });
});

function errorOf({ reason, message, field }: V1StatusCause): FieldError {
  return { reason: reason as FieldErrorReason, message: message ?? '', field: field ?? '' };
}

function titleOf({ message }: FieldError): string {
  return message.split(':')[0] ?? '';
}

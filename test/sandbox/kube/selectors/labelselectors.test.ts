import { describe, expect, test } from 'vitest';
import type { KubeList, KubeObject } from '../../../../sandbox/kube/meta.ts';
import { labelSelectorErrors, labelsErrors } from '../../../../sandbox/kube/selectors/labelrules.ts';
import { parseLabelSelector } from '../../../../sandbox/kube/selectors/labelselectorparser.ts';
import {
  describeLabelSelector,
  EVERYTHING,
  formatLabelSelector,
  matchesEverything,
  matchesLabels,
  requiredLabel,
  selectorOf,
  selectorOfLabels,
} from '../../../../sandbox/kube/selectors/labelselectors.ts';
import { conversation, type Exchange, refusedRequests } from '../facts.ts';

const selects = (text: string, labels: Record<string, string>) => matchesLabels(parseLabelSelector(text), labels);

describe('what a selector selects', () => {
  test.each([
    ['', {}, true],
    ['a', { a: '' }, true],
    ['a', { b: '' }, false],
    ['!a', { b: '' }, true],
    ['a=b', { a: 'b' }, true],
    ['a==b', { a: 'c' }, false],
    ['a!=b', {}, true],
    ['a=', { a: '' }, true],
    ['a=', {}, false],
    ['a in (b, c)', { a: 'c' }, true],
    ['a in ()', { a: '' }, true],
    ['a notin (b,c)', {}, true],
    ['a notin (b,c)', { a: 'b' }, false],
    ['a>5', { a: '10' }, true],
    ['a>5', { a: '5' }, false],
    ['a<5', { a: 'x' }, false],
    ['a>9223372036854775806', { a: '9223372036854775807' }, true],
    ['a=b,c', { a: 'b', c: 'd' }, true],
    ['a=b,c', { a: 'b' }, false],
    ['in in (in,notin)', { in: 'notin' }, true],
    ['constructor', {}, false],
    ['!constructor', {}, true],
  ])('%s on %o: %s', (text, labels, expected) => {
    expect(selects(text, labels)).toBe(expected);
  });

  test('a missing selector of an object selects nothing, an empty one everything', () => {
    expect(matchesLabels(selectorOf(undefined), { a: 'b' })).toBe(false);
    expect(matchesLabels(selectorOf({}), { a: 'b' })).toBe(true);
    expect(matchesEverything(selectorOf({ matchLabels: {} }))).toBe(true);
    expect(matchesEverything('nothing')).toBe(false);
    expect(matchesEverything(EVERYTHING)).toBe(true);
  });

  test('a required value serves as an index', () => {
    expect(requiredLabel(parseLabelSelector('a=b,c in (d),e in (f,g),h!=i'), 'a')).toBe('b');
    expect(requiredLabel(parseLabelSelector('c in (d)'), 'c')).toBe('d');
    expect(requiredLabel(parseLabelSelector('e in (f,g),h!=i'), 'e')).toBeUndefined();
    expect(requiredLabel(parseLabelSelector('h!=i'), 'h')).toBeUndefined();
  });
});

describe('how a selector is written', () => {
  test('requirements are ordered by key, values by text', () => {
    expect(formatLabelSelector(parseLabelSelector('z>1, b in (y, x,x),!c,a==1,d!=2,e'))).toBe(
      'a==1,b in (x,y),!c,d!=2,e,z>1',
    );
    expect(formatLabelSelector(selectorOfLabels({ b: '2', a: '1' }))).toBe('a=1,b=2');
  });

  test('descriptions say when there is none, or a bad one', () => {
    const matchExpressions = [
      { key: 'tier', operator: 'NotIn', values: ['b', 'a'] },
      { key: 'x', operator: 'Exists' },
      { key: 'y', operator: 'DoesNotExist' },
    ];
    expect(describeLabelSelector({ matchLabels: { app: 'web' }, matchExpressions })).toBe(
      'app=web,tier notin (a,b),x,!y',
    );
    expect(describeLabelSelector({})).toBe('<none>');
    expect(describeLabelSelector(undefined)).toBe('<none>');
    expect(describeLabelSelector({ matchExpressions: [{ key: 'x', operator: 'Gt' }] })).toBe('<error>');
  });

  test('a bad selector of an object is refused', () => {
    expect(() => selectorOf({ matchExpressions: [{ key: 'x', operator: 'In' }] })).toThrow(
      "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
    );
    expect(() => selectorOf({ matchExpressions: [{ key: 'x', operator: 'Gt' }] })).toThrow(
      '"Gt" is not a valid label selector operator',
    );
  });
});

describe('errors of a text are worded as recorded', () => {
  const asked = [
    ...conversation('label-selectors').map(({ request, response }) => ({
      url: request.path,
      status: response.status,
      message: (response.body as { readonly message?: string }).message,
    })),
    ...refusedRequests().map(({ query = '', responseStatusCode, responseStatus }) => ({
      url: `?${query}`,
      status: responseStatusCode,
      message: responseStatus?.message,
    })),
  ].flatMap(({ url, status, message }) => {
    const selector = new URL(url, 'http://localhost').searchParams.get('labelSelector');
    return selector === null ? [] : [{ selector, message: status === 400 ? message : undefined }];
  });

  test.each(asked)('$selector', ({ selector, message }) => {
    if (message === undefined) expect(parseLabelSelector(selector)).toBeDefined();
    else expect(() => parseLabelSelector(selector)).toThrow(new Error(message));
  });

  test('recorded lists hold what the selector selects', () => {
    // Four are created, one is in every namespace, and nothing is deleted before the last of these lists.
    const listings = conversation('label-selectors').filter(isListing);
    const objects = new Map<string | undefined, KubeObject>();
    for (const { response } of listings) for (const item of itemsOf(response)) objects.set(item.metadata?.name, item);
    const names = (items: readonly KubeObject[]) => items.map(({ metadata }) => metadata?.name).sort();
    for (const { request, response } of listings) {
      const selector = parseLabelSelector(new URL(request.path, 'http://x').searchParams.get('labelSelector') ?? '');
      const selected = [...objects.values()].filter(({ metadata }) => matchesLabels(selector, metadata?.labels));
      expect(names(itemsOf(response)), request.path).toEqual(names(selected));
    }
    expect(listings.length).toBeGreaterThan(10);
  });
});

function isListing({ request, response }: Exchange): boolean {
  return request.method === 'GET' && response.status === 200 && request.path.includes('/configmaps?labelSelector=');
}

function itemsOf({ body }: Exchange['response']): readonly KubeObject[] {
  return (body as unknown as Partial<KubeList>).items ?? [];
}

describe('labels and selectors that an object holds', () => {
  const texts = (errors: readonly { readonly field: string; readonly message: string }[]) =>
    errors.map(({ field, message }) => `${field}: ${message}`);

  test('labels', () => {
    expect(labelsErrors('metadata.labels', { a: 'b', 'example.com/c': '' })).toEqual([]);
    expect(texts(labelsErrors('metadata.labels', { '/a': 'b' }))).toEqual([
      'metadata.labels: Invalid value: "/a": prefix part must be non-empty',
    ]);
  });

  test('selectors', () => {
    const matchExpressions = [
      { key: 'a', operator: 'In' },
      { key: 'a', operator: 'Exists', values: ['b'] },
      { key: 'a', operator: 'X' },
      { key: 'a', operator: 'NotIn', values: ['-'] },
    ];
    const errors = labelSelectorErrors('spec.selector', { matchExpressions });
    expect(errors.map(({ field, reason }) => [field, reason])).toEqual([
      ['spec.selector.matchExpressions[0].values', 'FieldValueRequired'],
      ['spec.selector.matchExpressions[1].values', 'FieldValueForbidden'],
      ['spec.selector.matchExpressions[2].operator', 'FieldValueInvalid'],
      ['spec.selector.matchExpressions[3].values[0]', 'FieldValueInvalid'],
    ]);
    const rules = { allowsInvalidValues: true, allowsUnknownOperators: true };
    expect(labelSelectorErrors('spec.selector', { matchExpressions }, rules)).toHaveLength(2);
    expect(labelSelectorErrors('spec.selector', undefined)).toEqual([]);
  });
});

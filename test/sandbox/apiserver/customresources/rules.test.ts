import { describe, expect, it } from 'vitest';
import type { Schema } from '../../../../sandbox/apiserver/customresources/jsonschema.ts';
import { checkRules } from '../../../../sandbox/apiserver/customresources/rules/checkrules.ts';
import { correlated } from '../../../../sandbox/apiserver/customresources/rules/correlation.ts';
import { fieldPath } from '../../../../sandbox/apiserver/customresources/rules/fieldpath.ts';
import { ruleTree } from '../../../../sandbox/apiserver/customresources/rules/ruletree.ts';
import { schemaErrors } from '../../../../sandbox/apiserver/kinds/crd/schema.ts';
import type { JsonObject } from '../../../../sandbox/kube/json.ts';

const TEXT = { type: 'string' } as const;
const NUMBER = { type: 'integer' } as const;

const PROPERTIES = {
  s: TEXT,
  list: { type: 'array', items: TEXT },
  lists: { type: 'array', items: { type: 'array', items: { type: 'object', properties: { a: TEXT } } } },
  either: { 'x-kubernetes-int-or-string': true },
  any: { 'x-kubernetes-preserve-unknown-fields': true },
  o: { type: 'object', properties: { 'b-c': NUMBER, namespace: TEXT } },
  d: { type: 'string', format: 'duration' },
  set: { type: 'array', 'x-kubernetes-list-type': 'set', items: TEXT },
  map: {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['k'],
    items: { type: 'object', required: ['k'], properties: { k: TEXT, v: TEXT } },
  },
} as const;

function withRule(rule: JsonObject): Schema {
  return {
    type: 'object',
    properties: { spec: { type: 'object', properties: PROPERTIES, 'x-kubernetes-validations': [rule] } },
  };
}

function declared(rule: JsonObject): string {
  return [...schemaErrors(withRule(rule), 's', false)].map(({ message }) => message).join('; ');
}

const COSTLY = 'Forbidden: estimated rule cost exceeds budget by factor of more than 100x';

describe('a rule in the definition of a custom resource', () => {
  it.each([
    ['self.o.b__dash__c > 1 && self.o.namespace == "a"', ''],
    ['self.either > "a"', ''],
    ['self.d > duration("1s")', ''],
    ['self.x', "undefined field 'x'"],
    ['self.any == 1', "undefined field 'any'"],
    ['self.s > 1', "found no matching overload for '_>_' applied to '(string, int)'"],
    ['1 + 1', 'cel expression must evaluate to a bool'],
    ['self.list.all(x, self.list.all(y, x == y))', COSTLY],
    ["self.lists.all(x, x.all(y, y.a.matches('^a+$')))", COSTLY],
    ['', 'Required value: rule is not specified'],
  ])('says of %s: %s', (rule, expected) => {
    const said = declared({ rule });
    if (expected === '') expect(said).toBe('');
    else expect(said).toContain(expected);
  });

  it.each([
    [{ message: 'a\nb' }, 'must not contain line breaks'],
    [{ reason: 'X' }, 'Unsupported value: "X"'],
    [{ fieldPath: '.nope' }, 'must be a valid path'],
    [{ optionalOldSelf: true }, 'may not be set if oldSelf is not used in rule'],
    [{ messageExpression: '1' }, 'messageExpression must evaluate to a string'],
  ])('may not come with %j', (rest, expected) => {
    expect(declared({ rule: 'true', ...rest })).toContain(expected);
  });

  it('can refer to what was before only where that can be told', () => {
    const rule = { 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] };
    const schema = {
      type: 'object',
      properties: { l: { type: 'array', maxItems: 3, items: { ...TEXT, maxLength: 9, ...rule } } },
    };
    expect([...schemaErrors(schema, 's', false)].map(({ message }) => message)).toEqual([
      'Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within s.properties[l]',
    ]);
  });

  it.each([
    [".o['b-c']", 'o.b-c'],
    ['.s', 's'],
    ['s', undefined],
    ['.list[0]', undefined],
    [".o['b\\q']", undefined],
  ])('points to %s, which errors write %s', (text, path) => {
    expect(fieldPath(text, { type: 'object', properties: PROPERTIES })).toBe(path);
  });
});

function asked(rule: JsonObject, spec: JsonObject, old?: JsonObject) {
  const schema = withRule(rule);
  const tree = ruleTree(schema);
  const warnings: string[] = [];
  if (tree === undefined) throw new Error('there are no rules');
  const before = old === undefined ? undefined : { spec: old };
  const correlation = before === undefined ? undefined : correlated(schema, { spec }, before);
  const warn = (text: string): void => void warnings.push(text);
  const { errors } = checkRules({
    tree,
    path: '',
    value: { spec },
    old: before,
    warn,
    ...(correlation === undefined ? {} : { correlation }),
  });
  return { errors: errors.map(({ field, message }) => `${field}: ${message}`), warnings };
}

describe('a rule asked of an object', () => {
  it.each([
    ['self.set == ["b", "a"]', true],
    ['self.list == ["b", "a"]', false],
    ['self.set + ["c"] == ["a", "b", "c"]', true],
    ['self.d == duration("90s")', true],
    ['self.o.namespace == "x"', true],
    ['has(self.s)', false],
    ['self.?s.orValue("none") == "none"', true],
  ])('knows that %s is %s', (rule, holds) => {
    const spec = { set: ['a', 'b'], list: ['a', 'b'], d: '1m30s', o: { namespace: 'x' } };
    expect(asked({ rule }, spec).errors).toEqual(holds ? [] : [`spec: Invalid value: failed rule: ${rule}`]);
  });

  it('sees lists that are maps as equal whatever their order', () => {
    const items = [{ k: 'a', v: '1' }, { k: 'b' }];
    expect(asked({ rule: 'self.map == oldSelf.map' }, { map: items }, { map: [...items].reverse() }).errors).toEqual(
      [],
    );
  });

  it('speaks with the words that its own expression makes, at its own place', () => {
    const rule = {
      rule: 'self.s != "a"',
      messageExpression: '"not " + self.s',
      fieldPath: '.s',
      reason: 'FieldValueForbidden',
    };
    expect(asked(rule, { s: 'a' }).errors).toEqual(['spec.s: Forbidden: not a']);
  });

  it('is not asked about changes where nothing was before, unless it wants to be', () => {
    expect(asked({ rule: 'self.s == oldSelf.s' }, { s: 'a' }).errors).toEqual([]);
    expect(asked({ rule: 'oldSelf.hasValue()', optionalOldSelf: true }, { s: 'a' }).errors).toHaveLength(1);
  });

  it('only warns of what was wrong before and has not been touched', () => {
    const told = asked({ rule: 'self.s == "b"', message: 'no' }, { s: 'a' }, { s: 'a' });
    expect(told).toEqual({ errors: [], warnings: ['spec: Invalid value: no'] });
    expect(asked({ rule: 'self.s == "b"' }, { s: 'c' }, { s: 'a' }).errors).toHaveLength(1);
  });

  it('says what went wrong when it was evaluated', () => {
    expect(asked({ rule: 'self.list[3] == "a"' }, { list: [] }).errors).toEqual([
      'spec: Invalid value: "object": index out of bounds: 3 evaluating rule: self.list[3] == "a"',
    ]);
  });
});

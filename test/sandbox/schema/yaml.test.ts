import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goJson } from '../../../sandbox/kube/go/text.ts';
import type { JsonValue } from '../../../sandbox/kube/json.ts';
import { DecodingError } from '../../../sandbox/schema/errors.ts';
import { encodeYaml } from '../../../sandbox/schema/yaml/encode.ts';
import { parseYaml } from '../../../sandbox/schema/yaml/parse.ts';
import { measured, messageOf, typeOf } from './facts.ts';

interface MeasuredYaml {
  readonly text: string;
  readonly error?: string;
  readonly json?: string;
  readonly strict?: string;
}

describe('reading YAML', () => {
  const cases = measured<MeasuredYaml[]>('yaml-read.json');

  test('understands and refuses as Go’s library does, in the same words', () => {
    const wrong = cases.filter(({ text, error, json, strict }) => {
      if (error !== undefined) return messageOf(() => parseYaml(text)) !== error;
      const parsed = parseYaml(text);
      return goJson(parsed.value) !== json || parsed.strict !== strict;
    });
    expect(wrong.map(({ text }) => text)).toEqual([]);
    expect(cases.length).toBeGreaterThan(400);
  });

  test('bounds what aliases may copy, and how deep a document nests', () => {
    const levels = [...'abcdefghi'];
    const bomb = levels.map((name, i) => {
      const before = i === 0 ? '"x"' : `*${levels[i - 1]}`;
      return `${name}: &${name} [${Array(9).fill(before).join(',')}]`;
    });
    expect(messageOf(() => parseYaml(bomb.join('\n')))).toBe('yaml: document contains excessive aliasing');
    expect(messageOf(() => parseYaml('['.repeat(50_000)))).toMatch(/exceeded max depth/);
    expect(messageOf(() => parseYaml('- '.repeat(50_000)))).toMatch(/exceeded max depth/);
  });

  test('never fails with anything but a DecodingError', () => {
    const part = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '#',
      '|',
      '>',
      '&a',
      '*a',
      '!',
      '? ',
      '---',
      '<<',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        try {
          parseYaml(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(DecodingError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('writing YAML', () => {
  test('is what Go’s library writes', () => {
    const cases = measured<{ value: JsonValue; yaml: string }[]>('yaml-write.json');
    const wrong = cases.filter(({ value, yaml }) => encodeYaml(value) !== yaml);
    expect(wrong.map(({ yaml }) => yaml)).toEqual([]);
    expect(cases.length).toBeGreaterThan(400);
  });

  test('reads back as the same value', () => {
    // Go's library doesn't read back all that it writes: these characters it writes as breaks or refuses to read.
    const odd = /[\u0080-\u009f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]|^[\n ]|\n[\n ]| \n/;
    const text = fc.string({ unit: 'grapheme' }).filter((string) => !odd.test(string));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 4 }, text, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('map')),
      list: fc.array(tie('tree'), { maxLength: 3 }),
      map: fc.dictionary(text, tie('tree'), { maxKeys: 3 }),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const json = parseYaml(encodeYaml(value as JsonValue)).value;
        expect(goJson(json, 'sorted')).toBe(goJson(value as JsonValue, 'sorted'));
      }),
    );
  });

  test('leaves out what Go leaves out when it knows the type', () => {
    const pods = typeOf('', 'v1', 'Pod').type;
    const pod = {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: 'p', labels: {} },
      spec: { containers: [{ name: 'c' }] },
    };
    expect(encodeYaml(pod, pods)).toBe(
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n    resources: {}\nstatus: {}\n',
    );
  });
});

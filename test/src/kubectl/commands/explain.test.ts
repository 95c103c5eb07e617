// kubectl explain: paths as JSONPath reads them, and the older layout from OpenAPI v2.

import { describe, expect, test } from 'vitest';
import { encodeOpenApiV2 } from '../../../../sandbox/apiserver/openapi/protobuf.ts';
import { serverOf } from '../cluster.ts';
import { type Outcome, runKubectl } from '../machine.ts';

const POD = {
  description: 'A pod.',
  type: 'object',
  required: ['spec'],
  properties: {
    spec: { description: 'What is wanted.', $ref: '#/definitions/Spec' },
    kind: { description: 'Its kind: \n- a word\n- no more', type: 'string' },
  },
  'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Pod' }],
};
const SPEC = {
  description: 'All that a pod does.',
  type: 'object',
  properties: {
    inner: { type: 'array', items: { $ref: '#/definitions/Spec' } },
    labels: { description: 'Words on it.', type: 'object', additionalProperties: { type: 'string' } },
    any: { description: 'Anything.', type: 'object' },
  },
};
const server = serverOf({ 'GET /openapi/v2': { body: encodeOpenApiV2({ definitions: { Pod: POD, Spec: SPEC } }) } });

function explain(...args: readonly string[]): Outcome {
  return runKubectl(['explain', ...args], { server });
}

function old(path: string, ...args: readonly string[]): string {
  return explain(path, '--output=plaintext-openapiv2', ...args).stdout;
}

const TITLE = 'KIND:     Pod\nVERSION:  v1\n\n';

describe('kubectl explain', () => {
  test('tells what is wrong with a path that is no path', () => {
    expect(explain('pods[x]').stderr).toBe('error: invalid array index x\n');
    expect(explain('pod[0]').stderr).toBe('error: invalid jsonpath syntax, first node must be field node\n');
    expect(explain('pods[0]', '--api-version=v1').stderr).toBe(
      'error: invalid jsonpath syntax, all nodes must be field nodes\n',
    );
  });

  test('lays out a kind and its fields as before OpenAPI v3', () => {
    expect(old('pods')).toBe(
      `${TITLE}DESCRIPTION:\n     A pod.\n\nFIELDS:\n` +
        '   kind\t<string>\n     Its kind:\n     - a word\n     - no more\n\n' +
        '   spec\t<Object> -required-\n     What is wanted.\n\n',
    );
  });

  test('describes a field by what led to it, too', () => {
    expect(old('pods.spec')).toContain(
      'RESOURCE: spec <Object>\n\nDESCRIPTION:\n     What is wanted.\n\n     All that a pod does.\n\nFIELDS:\n',
    );
    expect(old('pods.spec.labels')).toBe(
      `${TITLE}FIELD:    labels <map[string]string>\n\nDESCRIPTION:\n     Words on it.\n`,
    );
    expect(old('pods.spec.any')).toBe(`${TITLE}DESCRIPTION:\n     Anything.\n\n     Anything.\n`);
  });

  test('follows what contains itself once', () => {
    expect(old('pods', '--recursive')).toContain(
      '   spec\t<Object>\n      any\t<map[string]>\n      inner\t<[]Object>\n      labels\t<map[string]string>\n',
    );
  });

  test('misses fields and kinds in the old layout, too', () => {
    expect(explain('pods.nope', '--output=plaintext-openapiv2').stderr).toBe('error: field "nope" does not exist\n');
    expect(explain('services', '--output=plaintext-openapiv2').stderr).toBe(
      'error: couldn\'t find resource for "/v1, Kind=Service"\n',
    );
  });
});

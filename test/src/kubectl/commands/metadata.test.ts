import { describe, expect, test } from 'vitest';
import { serverOf } from '../cluster.ts';
import { runKubectl } from '../machine.ts';

describe('kubectl annotate', () => {
  test('says that there is no such format before it asks for anything, with --list too', () => {
    const { stderr, status, requests } = runKubectl(['annotate', 'pod', 'web', '--list', '-o', 'bogus'], {
      server: serverOf({}),
    });
    expect(stderr).toContain('unable to match a printer suitable for the output format "bogus"');
    expect([status, requests.map(({ url }) => url)]).toEqual([1, []]);
  });

  test('lists whatever form is asked for, which label refuses', () => {
    const files = { '/home/p.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: web, annotations: {a: b}}\n' };
    const list = (verb: string) =>
      runKubectl([verb, '-f', '/home/p.yaml', '--local', '--list', '-o', 'json'], { files });
    expect([list('annotate').stderr, list('annotate').status]).toEqual(['', 0]);
    expect(list('label').stderr).toBe('error: --list and --output may not be specified together\n');
  });
});

import { expect, it } from 'vitest';
import { unfinished } from '../../../src/workstation/line/unfinished.ts';

it.each([
  ['kubectl get pods', false],
  ["echo 'never", true],
  ['cat <<EOF', true],
  ['cat <<EOF\nkind: Pod\nEOF', false],
  ['kubectl get \\', true],
  ['for i in 1 2; do', true],
  ['if true; then echo; fi', false],
  ['echo $(date', true],
  ['a |', true],
  ['a && ', true],
  ['fi', false],
  ['', false],
])('%j needs another line: %s', (text, needs) => {
  expect(unfinished(text)).toBe(needs);
});

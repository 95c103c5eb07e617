import { expect, test } from 'vitest';
import { runKubectl } from '../machine.ts';

test('kyaml writes keys that are numbers in their place among the others', () => {
  const literals = ['no=1', '10=2', '-=3', 'a=4'].map((pair) => `--from-literal=${pair}`);
  const { stdout } = runKubectl(['create', 'configmap', 'x', ...literals, '--dry-run=client', '-o', 'kyaml']);
  expect(stdout).toContain('  data: {\n    "-": "3",\n    "10": "2",\n    a: "4",\n    "no": "1",\n  },\n');
});

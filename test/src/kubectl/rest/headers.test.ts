import { expect, test } from 'vitest';
import { commandOnWorkstation } from '../onworkstation.ts';

test('whoever acts as a user of several groups sends a header for each', () => {
  const { stdout } = commandOnWorkstation(
    "kubectl auth whoami --as=jane --as-group=a --as-group=b -o jsonpath='{.status.userInfo.groups}'",
  );
  expect(stdout).toBe('["a","b","system:authenticated"]');
});

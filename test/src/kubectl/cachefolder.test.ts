// Where kubectl keeps what the server said of itself.

import { expect, test } from 'vitest';
import { commandOnWorkstation } from './onworkstation.ts';

test('the folder of the cache is that of KUBECACHEDIR unless a flag names one', () => {
  const script = [
    'KUBECACHEDIR=/tmp/variable kubectl get nodes >/dev/null',
    'KUBECACHEDIR=/tmp/variable kubectl get nodes --cache-dir=/tmp/flag >/dev/null',
    'ls -d /tmp/variable/discovery /tmp/flag/discovery ~/.kube/cache 2>/dev/null',
  ].join('\n');
  expect(commandOnWorkstation(script).stdout).toBe('/tmp/flag/discovery\n/tmp/variable/discovery\n');
});

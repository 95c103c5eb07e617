import { expect, test } from 'vitest';
import type { InformerEvent } from '../../../sandbox/client/informer.ts';
import { isEcho, newWritten, noteWritten } from '../../../sandbox/controllers/shared/readback.ts';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import { timeMs } from '../../../sandbox/time/units.ts';

const labels = { app: 'web' };
const at = (resourceVersion: string, generation = 1): KubeObject => ({
  metadata: { name: 'web', namespace: 'default', resourceVersion, generation, labels },
});
const shown = (previous: KubeObject, object: KubeObject): InformerEvent<KubeObject> => ({
  type: 'updated',
  previous,
  object,
  causes: [],
});

test('what a controller has written itself is nothing new, until somebody waits for it', () => {
  const written = newWritten();
  noteWritten(written, 'default/web', at('7'), timeMs(0));
  expect(isEcho(written, shown(at('6'), at('7')))).toBe(true);
  expect(isEcho(written, shown(at('6'), at('8')))).toBe(false);
  written.set('default/web', { version: 7n, deleted: false, at: timeMs(0), awaited: true });
  expect(isEcho(written, shown(at('6'), at('7')))).toBe(false);
});

test('what others changed before is news, though it is seen only now', () => {
  const written = newWritten();
  noteWritten(written, 'default/web', at('7', 2), timeMs(0));
  expect(isEcho(written, shown(at('5', 1), at('7', 2)))).toBe(false);
});

// The server notes on a secret the day on which its token was shown last: what nobody uses can go one day.

import { Secrets } from '../../schema/generated/resources.ts';
import type { V1Secret } from '../../schema/generated/types.ts';
import type { Loop } from '../../time/loop.ts';
import { SERVER } from '../self.ts';
import type { ApiServer } from '../server.ts';
import { lastUsed } from './legacytokens.ts';

export function noteUse(server: ApiServer, loop: Loop, secret: V1Secret): void {
  const labels = lastUsed(secret, loop.now());
  if (labels === undefined) return;
  const { name = '', namespace = '', uid = '' } = secret.metadata ?? {};
  const { group, version, resource } = Secrets;
  const target = { group, version, resource, namespace, name };
  const patch = { verb: 'patch', target, type: 'merge', body: { metadata: { uid, labels } } } as const;
  // Whoever shows the token waits for nothing; the next one tries again.
  loop.start(server.perform(patch, SERVER), () => undefined);
}

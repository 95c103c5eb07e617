import { describe, expect, it } from 'vitest';
import { healthAfter, isSilent } from '../../../../sandbox/controllers/nodelifecycle/health.ts';
import { EPOCH, rfc3339, timeMs } from '../../../../sandbox/time/units.ts';

const after = (seconds: number) => timeMs(EPOCH + seconds * 1000);

/** The first look, of those each 5 s, at which the node is silent: seconds after the look that heard of it last. */
function silentAfter(conditions: readonly { readonly type: string; readonly status: string }[]): number {
  const node = { metadata: { name: 'n', creationTimestamp: rfc3339(EPOCH) }, status: { conditions: [...conditions] } };
  let health = healthAfter(node, undefined, undefined, EPOCH);
  for (let look = 0; look < 100; look += 5) {
    health = healthAfter(node, undefined, health, after(look));
    if (isSilent(node, health, after(look))) return look;
  }
  return Number.POSITIVE_INFINITY;
}

describe('a node', () => {
  it('is silent at the tenth look after the one that heard of it last', () => {
    expect(silentAfter([{ type: 'Ready', status: 'True' }])).toBe(50);
  });

  it('has a minute for its first word', () => {
    expect(silentAfter([])).toBe(60);
  });
});

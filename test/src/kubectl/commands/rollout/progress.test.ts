import { describe, expect, test } from 'vitest';
import { deploymentProgress } from '../../../../../src/kubectl/commands/rollout/progress.ts';

const of = (status: object) =>
  deploymentProgress(
    { metadata: { name: 'web', generation: 1 }, spec: { replicas: 3, selector: {}, template: {} }, status },
    0,
  );

describe('the progress of a deployment', () => {
  test('waits for new replicas, then for old ones to go, then for all to be available', () => {
    const seen = { observedGeneration: 1 };
    const texts = [
      { ...seen, updatedReplicas: 1 },
      { ...seen, updatedReplicas: 3, replicas: 4 },
      { ...seen, updatedReplicas: 3, replicas: 3, availableReplicas: 2 },
      { ...seen, updatedReplicas: 3, replicas: 3, availableReplicas: 3 },
    ].map((status) => of(status));
    expect(texts).toMatchObject([
      { text: 'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...\n' },
      { text: 'Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...\n' },
      { text: 'Waiting for deployment "web" rollout to finish: 2 of 3 updated replicas are available...\n' },
      { text: 'deployment "web" successfully rolled out\n', done: true },
    ]);
  });
});

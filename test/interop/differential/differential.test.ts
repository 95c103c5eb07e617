import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RELEASE } from '../../../src/kubectl/release.ts';
import { diceOf } from '../../hunt/chance.ts';
import { findKubectls } from '../kubectl/binaries.ts';
import { differences } from './compare.ts';
import { randomLine } from './lines.ts';
import type { Twin } from './twin.ts';
import { shopTwin } from './world.ts';

const STOCK = findKubectls().filter(({ version }) => version === RELEASE);
if (STOCK.length === 0)
  it.skip(`SKIPPED: there is no kubectl ${RELEASE} on the PATH or in K8S_LEARN_KUBECTL`, () => undefined);

const SEED = 1;
const LINES = 30;

describe.each(STOCK)('a stock kubectl $version and ours', ({ path }) => {
  let twin: Twin;
  beforeAll(async () => {
    twin = await shopTwin(path, SEED);
  });
  afterAll(() => twin.close());

  const same = async (line: string): Promise<void> =>
    expect([line, ...differences(await twin.compare(line))]).toEqual([line]);

  it.each([
    'kubectl get all -n shop -o wide',
    'kubectl get pods,svc -n shop -o yaml',
    'kubectl describe pods,deployments,services,nodes -n shop',
    'kubectl apply -f wrongfield.yaml',
    'kubectl get pods --nope',
    'kubectl explain pod.spec.containers.livenessProbe --recursive',
    'kubectl auth can-i --list --as=jane -n shop',
    'kubectl __completeNoDesc get pods -n shop b',
    'kubectl __completeNoDesc -n shop logs ',
  ])('print, end and ask the same for: %s', same);

  it(`agree on ${LINES} command lines drawn by seed ${SEED}`, async () => {
    const dice = diceOf(SEED);
    for (let i = 0; i < LINES; i++) await same(randomLine(dice));
  });
});

import { expect, test } from 'vitest';
import { addPod, copyNodeInfo, countPods, newNodeInfo, removePod } from '../../../sandbox/scheduler/nodeinfo.ts';
import { type PodInfo, podInfo } from '../../../sandbox/scheduler/podinfo.ts';

function infoOf(name: string, app: string): PodInfo {
  return podInfo({ metadata: { name, namespace: 'default', labels: { app } }, spec: { containers: [] } });
}

test('pods of a kind are counted once, until the pods of the node change', () => {
  const node = newNodeInfo({ metadata: { name: 'n' } });
  let asked = 0;
  const webs = (of = node) =>
    countPods(of, 'web', ({ pod }) => {
      asked++;
      return pod.metadata?.labels?.['app'] === 'web';
    });
  addPod(node, infoOf('a', 'web'));
  addPod(node, infoOf('b', 'db'));
  expect([webs(), webs(), asked]).toEqual([1, 1, 2]);
  addPod(node, infoOf('c', 'web'));
  expect(webs()).toBe(2);
  const copy = copyNodeInfo(node);
  removePod(copy, 'default/a');
  expect([webs(copy), webs()]).toEqual([1, 2]);
});

import { expect, test } from 'vitest';
import { type Cluster, type ClusterState, clusterOf, newCluster } from '../../../../sandbox/cluster.ts';
import { durationMs, EPOCH, type TimeMs, timeMs } from '../../../../sandbox/time/units.ts';
import { imageOf, openImage, packImage, unpackImage } from '../../../../src/session/ready/image.ts';
import { makeUsualImage, UNTIL_READY } from '../../../../src/session/ready/ready.ts';

function started(startTime: TimeMs): Cluster {
  const cluster = newCluster({ seed: 1, startTime });
  cluster.advance(UNTIL_READY);
  return cluster;
}

/** Every leaf with its path; events have uids that follow from their names, and those say the date. */
function leaves(state: ClusterState): Map<string, unknown> {
  const result = new Map<string, unknown>();
  const seen = new Map<object, string>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) {
      result.set(path, value);
      return;
    }
    const frozen = Object.isFrozen(value);
    result.set(`${path}!`, `${value.constructor.name} ${frozen}`);
    // Two ways to one container that changes must stay two ways to one.
    const changes = !frozen && !(value instanceof Uint8Array) && !path.includes('/causes/');
    const known = changes ? seen.get(value) : undefined;
    if (known !== undefined) {
      result.set(`${path} is`, known);
      return;
    }
    seen.set(value, path);
    if (value instanceof Uint8Array) result.set(path, Buffer.from(value).toString('latin1'));
    else if (value instanceof Map) {
      let n = 0;
      for (const [key, item] of value) {
        visit(key, `${path}/key ${n}`);
        visit(item, `${path}/value ${n++}`);
      }
    } else if (value instanceof Set) for (const [n, item] of [...value].entries()) visit(item, `${path}/item ${n}`);
    else for (const [key, item] of Object.entries(value)) visit(item, `${path}/${key}`);
  };
  visit(state, '');
  return result;
}

const UID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/;

function differences(a: ClusterState, b: ClusterState): string[] {
  const [left, right] = [leaves(a), leaves(b)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((path) => {
    const [mine, other] = [left.get(path), right.get(path)];
    if (Object.is(mine, other)) return [];
    if (path.includes('uid') && UID.test(String(mine)) && UID.test(String(other))) return [];
    return [`${path}: ${String(mine)} | ${String(other)}`];
  });
}

test('an opened image is the cluster that it was made of, frozen where that was frozen', () => {
  const cluster = started(EPOCH);
  const image = unpackImage(packImage(imageOf(cluster.snapshot(), 'seed 1')));
  expect(differences(openImage(image, EPOCH), cluster.snapshot())).toEqual([]);
});

test('moved to another date, it is the cluster that began there', () => {
  const begin = timeMs(Date.UTC(2031, 9, 21, 17, 4, 33));
  expect(differences(openImage(makeUsualImage(), begin), started(begin).snapshot())).toEqual([]);
});

test('it goes on as a cluster does that was started', () => {
  const image = makeUsualImage();
  const [opened, other] = [clusterOf(openImage(image, EPOCH)), started(EPOCH)];
  for (const cluster of [opened, other]) cluster.advance(durationMs(120_000));
  expect(differences(opened.snapshot(), other.snapshot())).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import type { ComponentEngine } from '../../../sandbox/client/component.ts';
import type { InformerEvent } from '../../../sandbox/client/informer.ts';
import { ConfigMaps, Namespaces } from '../../../sandbox/schema/generated/resources.ts';
import type { V1ConfigMap } from '../../../sandbox/schema/generated/types.ts';
import { assemble, type ComponentDefinition, newSimulatorState, type Simulator } from '../../../sandbox/simulator.ts';
import { durationMs, seconds } from '../../../sandbox/time/units.ts';

const user = { name: 'tester', groups: ['system:masters'] };

function cluster(setup: (component: ComponentEngine) => void): { simulator: Simulator; component: ComponentEngine } {
  const definitions: ComponentDefinition[] = [{ name: 'tester', user, setup }];
  const simulator = assemble(newSimulatorState(), { components: definitions });
  const component = simulator.components.get('tester');
  if (component === undefined) throw new Error('the component is missing');
  simulator.run(simulator.client().create(Namespaces, { metadata: { name: 'default' } }));
  return { simulator, component };
}

function put(simulator: Simulator, name: string, value: string): void {
  const client = simulator.client();
  const ref = { name, namespace: 'default' };
  const current = simulator.run(client.find(ConfigMaps, ref));
  const next: V1ConfigMap = { ...current, metadata: { ...current?.metadata, ...ref }, data: { value } };
  simulator.run(current === undefined ? client.create(ConfigMaps, next) : client.update(ConfigMaps, next));
}

describe('a component', () => {
  it('sees in its cache, a moment later, what is in the cluster', () => {
    const { simulator, component } = cluster((c) => c.informer(ConfigMaps));
    component.start();
    put(simulator, 'a', '1');
    const cache = component.informer(ConfigMaps);
    expect(cache.get('default/a')).toBeUndefined();
    simulator.advance(seconds(1));
    expect(cache.get('default/a')?.data).toEqual({ value: '1' });
  });

  it('hears of every change once, and of what went while it was down', () => {
    const heard: string[] = [];
    const tell = ({ type, object }: InformerEvent<V1ConfigMap>): number =>
      heard.push(`${type} ${object.metadata?.name} ${object.data?.value}`);
    const { simulator, component } = cluster((c) => c.informer(ConfigMaps).on(tell));
    put(simulator, 'a', '1');
    component.start();
    put(simulator, 'a', '2');
    simulator.advance(seconds(1));
    component.stop();
    put(simulator, 'b', '1');
    simulator.advance(seconds(1));
    component.start();
    expect(heard).toEqual(['added a 1', 'updated a 2', 'added a 2', 'added b 1']);
  });

  it('works on a key once however often it was added, and knows all that added it', () => {
    const worked: unknown[] = [];
    const { simulator, component } = cluster((c) => {
      const queue = c.queue('maps', function* (key, { causes }) {
        worked.push([key, causes.length]);
        return undefined;
      });
      c.informer(ConfigMaps).on(({ object, causes }) => queue.add(object.metadata?.name ?? '', causes));
    });
    component.start();
    for (const value of ['1', '2', '3']) put(simulator, 'a', value);
    simulator.advance(seconds(1));
    expect(worked).toEqual([['a', 3]]);
  });

  it('tries again with growing pauses what failed', () => {
    const tries: number[] = [];
    const { simulator, component } = cluster((c) => {
      const queue = c.queue('maps', function* () {
        tries.push(c.now());
        if (tries.length < 8) throw new Error('not yet');
        return undefined;
      });
      c.onStart(() => queue.add('x', []));
    });
    component.start();
    simulator.advance(seconds(10));
    const pauses = tries.slice(1).map((at, i) => at - (tries[i] ?? 0));
    expect(tries.length).toBe(8);
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(320);
    expect(pauses[0]).toBeLessThan(20);
  });

  it('waits longer after failures between which it only waited for its cache', () => {
    const tries: number[] = [];
    const { simulator, component } = cluster((c) => {
      const queue = c.queue('maps', function* () {
        tries.push(c.now());
        // The third turn finds the cache behind, and others wake it at once.
        if (tries.length === 3) return { after: durationMs(10), behind: true };
        throw new Error('not yet');
      });
      c.onStart(() => queue.add('x', []));
    });
    component.start();
    simulator.advance(durationMs(200));
    const pauses = tries.slice(1).map((at, i) => at - (tries[i] ?? 0));
    expect(pauses[3]).toBeGreaterThanOrEqual(40);
  });

  it('looks again when it said that it would', () => {
    let looks = 0;
    const { simulator, component } = cluster((c) => {
      const queue = c.queue('maps', function* () {
        looks++;
        return { after: durationMs(10_000) };
      });
      c.onStart(() => queue.add('x', []));
    });
    component.start();
    simulator.advance(seconds(35));
    expect(looks).toBe(4);
  });

  it('is blind while it is cut off, and sees everything afterwards', () => {
    const { simulator, component } = cluster((c) => c.informer(ConfigMaps));
    component.start();
    component.cutOff(true);
    put(simulator, 'a', '1');
    simulator.advance(seconds(5));
    expect(component.informer(ConfigMaps).get('default/a')).toBeUndefined();
    component.cutOff(false);
    simulator.advance(seconds(5));
    expect(component.informer(ConfigMaps).get('default/a')).toBeDefined();
  });

  it('goes on in a copy of the cluster as it does in the original', () => {
    const logs: string[][] = [];
    const setup = (c: ComponentEngine): void => {
      const log: string[] = [];
      logs.push(log);
      const queue = c.queue('maps', function* (key) {
        log.push(`${c.now()} ${key}`);
        return { after: seconds(1) };
      });
      c.informer(ConfigMaps).on(({ object, causes }) => queue.add(object.metadata?.name ?? '', causes));
    };
    const { simulator, component } = cluster(setup);
    component.start();
    put(simulator, 'a', '1');
    simulator.advance(seconds(3));
    put(simulator, 'b', '1');
    const copy = assemble(simulator.snapshot(), { components: [{ name: 'tester', user, setup }] });
    const before = logs[0]?.length ?? 0;
    simulator.advance(seconds(3));
    copy.advance(seconds(3));
    expect(logs[1]).toEqual(logs[0]?.slice(before));
    expect(copy.state.store).toEqual(simulator.state.store);
  });
});

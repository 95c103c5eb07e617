import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PLUGINS, DEFAULT_PROFILE } from '../../../sandbox/scheduler/profiles.ts';
import { explain } from '../../../sandbox/scheduler/scheduler.ts';
import { Nodes, Pods } from '../../../sandbox/schema/generated/resources.ts';
import { newLab } from './lab.ts';

const HELPLESS = 'Preemption is not helpful for scheduling';

describe('kube-scheduler', () => {
  it('binds a pod to the node that has most left', () => {
    const lab = newLab();
    lab.node('small', { cpu: '1' });
    lab.node('big', { cpu: '4' });
    lab.pod('p', { cpu: '500m' });
    lab.wait();
    expect(lab.outcome('p')).toBe('big');
    expect(lab.events('p')).toEqual(['Scheduled: Successfully assigned default/p to big']);
    const scheduled = lab.get('p').status?.conditions?.map(({ type, status }) => `${type}=${status}`);
    expect(scheduled).toEqual(['PodScheduled=True']);
  });

  it('says of each node why it will not do, and tries again when one may', () => {
    const lab = newLab();
    lab.node('full', { cpu: '1' });
    lab.node('tainted', { taints: [{ key: 'k', effect: 'NoSchedule' }] });
    lab.pod('p', { cpu: '1500m' });
    lab.wait();
    const reasons = '1 Insufficient cpu, 1 node(s) had untolerated taint(s)';
    const message = `0/2 nodes are available: ${reasons}. no new claims to deallocate, preemption: 0/2 nodes are available: 2 ${HELPLESS}.`;
    expect(lab.outcome('p')).toBe(message);
    expect(lab.events('p')).toEqual([`FailedScheduling: ${message}`]);
    lab.wait(60_000);
    expect(lab.events('p')).toHaveLength(1);
    lab.node('free', { cpu: '2' });
    lab.wait();
    expect(lab.outcome('p')).toBe('free');
  });

  it('places pods of high priority first', () => {
    const lab = newLab();
    lab.node('n', { cpu: '1' });
    lab.pod('holder', { cpu: '1', spec: { nodeName: 'n', priorityClassName: 'high' } });
    lab.pod('lesser', { cpu: '1', spec: { priorityClassName: 'low' } });
    lab.pod('greater', { cpu: '1', spec: { priorityClassName: 'high' } });
    lab.wait(5000);
    lab.remove('holder');
    lab.wait(5000);
    expect(lab.outcome('greater')).toBe('n');
    expect(lab.outcome('lesser')).toContain('Insufficient cpu');
  });

  it('makes less important pods go, and waits for their place', () => {
    const lab = newLab();
    lab.node('n', { cpu: '1' });
    const victim = { terminationGracePeriodSeconds: 30, priorityClassName: 'low', nodeName: 'n' };
    lab.pod('victim', { cpu: '1', spec: victim });
    const { metadata } = lab.pod('p', { cpu: '1', spec: { priorityClassName: 'high' } });
    lab.wait();
    expect(lab.get('p').status?.nominatedNodeName).toBe('n');
    expect(lab.get('victim').metadata?.deletionTimestamp).toBeDefined();
    expect(lab.get('victim').status?.conditions?.at(-1)).toMatchObject({
      type: 'DisruptionTarget',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    });
    expect(lab.events('victim')).toEqual([`Preempted: Preempted by pod ${metadata?.uid} on node n`]);
    lab.remove('victim');
    lab.wait(3000);
    expect(lab.outcome('p')).toBe('n');
    expect(lab.get('p').status?.nominatedNodeName).toBeUndefined();
  });

  it('leaves gated pods, deleted pods and pods of other schedulers alone', () => {
    const lab = newLab();
    lab.node('n');
    lab.pod('gated', { spec: { schedulingGates: [{ name: 'example.com/wait' }] } });
    lab.pod('foreign', { spec: { schedulerName: 'other' } });
    lab.wait();
    expect(lab.outcome('gated')).toBe('Scheduling is blocked due to non-empty scheduling gates');
    expect(lab.outcome('foreign')).toBe('');
    const body = { spec: { schedulingGates: null } };
    const ref = { namespace: 'default', name: 'gated' };
    lab.cluster.run(lab.cluster.client().patch(Pods, ref, { type: 'merge', body }));
    lab.wait();
    expect(lab.outcome('gated')).toBe('n');
  });

  it('has profiles by the name that pods ask for', () => {
    const onlyFitting = DEFAULT_PLUGINS.filter(({ plugin }) => plugin.name === 'NodeResourcesFit');
    const lab = newLab({ profiles: [DEFAULT_PROFILE, { name: 'careless', plugins: onlyFitting }] });
    lab.node('n', { taints: [{ key: 'k', effect: 'NoSchedule' }] });
    lab.pod('careful');
    lab.pod('careless', { spec: { schedulerName: 'careless' } });
    lab.wait();
    expect(lab.outcome('careful')).toContain('untolerated taint');
    expect(lab.outcome('careless')).toBe('n');
  });

  it('goes on after a stop with all that happened meanwhile', () => {
    const lab = newLab();
    const component = lab.cluster.components.get('kube-scheduler');
    lab.node('n', { cpu: '1' });
    lab.pod('first', { cpu: '600m' });
    lab.wait();
    component?.stop();
    lab.pod('second', { cpu: '600m' });
    lab.node('m', { cpu: '1' });
    lab.wait();
    expect(lab.outcome('second')).toBe('');
    component?.start();
    lab.wait();
    expect(lab.outcome('second')).toBe('m');
  });

  it('goes on in a copy as it would have', () => {
    const lab = newLab();
    for (const name of ['a', 'b', 'c']) lab.node(name, { cpu: '1' });
    for (let i = 0; i < 5; i++) lab.pod(`p${i}`, { cpu: '400m' });
    lab.wait(20);
    const other = lab.copy();
    for (const one of [lab, other]) {
      for (let i = 5; i < 9; i++) one.pod(`p${i}`, { cpu: '400m' });
      one.wait(5000);
    }
    const outcomes = [lab, other].map((one) => Array.from({ length: 9 }, (_, i) => one.outcome(`p${i}`)));
    expect(outcomes[1]).toEqual(outcomes[0]);
  });

  it('can explain its choice', () => {
    const lab = newLab();
    lab.node('a', { cpu: '1' });
    lab.node('b', { cpu: '4' });
    lab.node('c', { taints: [{ key: 'k', effect: 'NoExecute' }] });
    lab.pod('p', { cpu: '500m' });
    lab.wait();
    const component = lab.cluster.components.get('kube-scheduler');
    const trial = component === undefined ? undefined : explain(component, 'default/p');
    expect(trial?.chosen).toBe('b');
    expect(trial?.verdicts.map(({ node, rejection }) => [node, rejection?.plugin])).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['c', 'TaintToleration'],
    ]);
    const fit = trial?.verdicts[1]?.scores.find(({ plugin }) => plugin === 'NodeResourcesFit');
    expect(fit).toEqual({ plugin: 'NodeResourcesFit', raw: 92, weighted: 92 });
  });

  it('never puts more on a node than it has', () => {
    const cpus = fc.integer({ min: 1, max: 20 }).map((tenths) => tenths * 100);
    const clusters = fc.record({
      nodes: fc.array(cpus, { minLength: 1, maxLength: 4 }),
      pods: fc.array(cpus, { minLength: 1, maxLength: 15 }),
    });
    fc.assert(
      fc.property(clusters, ({ nodes, pods }) => {
        const lab = newLab();
        for (const [i, cpu] of nodes.entries()) lab.node(`n${i}`, { cpu: `${cpu}m` });
        for (const [i, cpu] of pods.entries()) lab.pod(`p${i}`, { cpu: `${cpu}m` });
        lab.wait(5000);
        const left = new Map(nodes.map((cpu, i) => [`n${i}`, cpu]));
        pods.forEach((cpu, i) => {
          const node = lab.get(`p${i}`).spec?.nodeName;
          if (node !== undefined) left.set(node, (left.get(node) ?? 0) - cpu);
        });
        for (const rest of left.values()) expect(rest).toBeGreaterThanOrEqual(0);
        const waiting = pods.filter((_, i) => lab.get(`p${i}`).spec?.nodeName === undefined);
        for (const cpu of waiting) for (const rest of left.values()) expect(rest).toBeLessThan(cpu);
      }),
      { numRuns: 15 },
    );
  });

  it('sees that a node is open again', () => {
    const lab = newLab();
    const node = lab.node('n');
    const client = lab.cluster.client();
    lab.cluster.run(client.update(Nodes, { ...node, spec: { ...node.spec, unschedulable: true } }));
    lab.wait(20);
    lab.pod('p');
    lab.wait();
    expect(lab.outcome('p')).toContain('1 node(s) were unschedulable');
    const patch = { type: 'merge', body: { spec: { unschedulable: null } } } as const;
    lab.cluster.run(client.patch(Nodes, { name: 'n' }, patch));
    lab.wait(3000);
    expect(lab.outcome('p')).toBe('n');
  });
});

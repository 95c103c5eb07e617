import { describe, expect, it } from 'vitest';
import { newCluster, usualSpec } from '../../../../sandbox/cluster.ts';
import { reasonOf } from '../../../../sandbox/kube/status.ts';
import { Namespaces, Pods, ServiceAccounts } from '../../../../sandbox/schema/generated/resources.ts';
import { assemble, newSimulatorState, type Simulator } from '../../../../sandbox/simulator.ts';
import { seconds } from '../../../../sandbox/time/units.ts';
import { awaited } from '../../../awaited.ts';

const POD = { metadata: { name: 'web', namespace: 'new' }, spec: { containers: [{ name: 'a', image: 'a' }] } };

/** With controllers it is a whole cluster. */
function cluster(controllers = false): Simulator {
  const simulator = controllers ? newCluster({ spec: usualSpec(1) }) : assemble(newSimulatorState());
  simulator.advance(seconds(10));
  simulator.run(simulator.client().create(Namespaces, { metadata: { name: 'new' } }));
  return simulator;
}

describe('the service account of a pod', () => {
  it('is waited for where a controller is about to make it', () => {
    const { client, loop } = cluster(true);
    const before = loop.now();
    const pod = awaited(loop, client().create(Pods, POD));
    expect(pod.spec?.serviceAccountName).toBe('default');
    expect(loop.now() - before).toBeGreaterThanOrEqual(100);
    expect(loop.waiting()).toBe(0);
  });

  it('is waited for up to two seconds', () => {
    const { client, loop } = cluster();
    const before = loop.now();
    expect(() => awaited(loop, client().create(Pods, POD))).toThrow(
      'error looking up service account new/default: serviceaccount "default" not found',
    );
    expect(loop.now() - before).toBeGreaterThanOrEqual(900);
    expect(loop.now() - before).toBeLessThan(1800);
  });

  it('is not waited for when it has a name of its own', () => {
    const { client, run } = cluster();
    const pod = { ...POD, spec: { ...POD.spec, serviceAccountName: 'robot' } };
    let reason: string | undefined;
    try {
      run(client().create(Pods, pod));
    } catch (error) {
      reason = reasonOf(error);
    }
    expect(reason).toBe('Forbidden');
    expect(run(client().find(ServiceAccounts, { namespace: 'new', name: 'default' }))).toBeUndefined();
  });

  it('is missed in the name that the pod was to be given', () => {
    const { client, run } = cluster();
    const { name: _, ...metadata } = POD.metadata ?? {};
    const pod = {
      ...POD,
      metadata: { ...metadata, generateName: 'web-' },
      spec: { ...POD.spec, serviceAccountName: 'robot' },
    };
    expect(() => run(client().create(Pods, pod))).toThrow(
      'pods "web-" is forbidden: error looking up service account new/robot: serviceaccount "robot" not found',
    );
  });
});

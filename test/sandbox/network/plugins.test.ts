import { describe, expect, it } from 'vitest';
import { newCluster, usualSpec } from '../../../sandbox/cluster.ts';
import { NETWORK_PLUGINS, type NetworkPlugin } from '../../../sandbox/network/plugins.ts';
import { NetworkPolicies, Pods } from '../../../sandbox/schema/generated/resources.ts';
import { seconds } from '../../../sandbox/time/units.ts';

/** Whether a pod that a policy closes can still be reached. */
function reachesClosedPod(networkPlugin: NetworkPlugin): boolean {
  const { client, run, advance } = newCluster({ spec: { ...usualSpec(1), dns: 'builtin', networkPlugin } });
  const create = (name: string, image: string, command: string[]): void => {
    const spec = { restartPolicy: 'Never', containers: [{ name: 'main', image, command }] };
    run(client().create(Pods, { metadata: { name, namespace: 'default' }, spec }));
  };
  const statusOf = (name: string) => run(client().get(Pods, { name, namespace: 'default' })).status ?? {};
  advance(seconds(10));
  create('web', 'busybox:1.36', ['httpd', '-f']);
  const metadata = { name: 'deny', namespace: 'default' };
  run(client().create(NetworkPolicies, { metadata, spec: { podSelector: {}, policyTypes: ['Ingress'] } }));
  advance(seconds(10));
  create('client', 'busybox:1.36', ['nc', '-z', '-w', '2', statusOf('web').podIP ?? '', '80']);
  advance(seconds(20));
  return statusOf('client').phase === 'Succeeded';
}

describe('Network plug-ins', () => {
  it.each(Object.entries(NETWORK_PLUGINS))(
    'of the name %s close pods by policy only if they enforce: %j',
    (name, traits) => {
      expect(reachesClosedPod(name as NetworkPlugin)).toBe(!traits.enforcesPolicies);
    },
  );
});

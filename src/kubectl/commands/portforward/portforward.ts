// kubectl port-forward: ports of this machine that lead to ports of a pod.

import { Pods } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1Service } from '../../../../sandbox/schema/generated/types.ts';
import { command } from '../../command.ts';
import { usageError } from '../../errors.ts';
import { mappingOf, objectOf } from '../../resource/info.ts';
import { getTyped } from '../../resource/typed.ts';
import { attachablePod } from '../../streams/pods.ts';
import { forward } from './forwarding.ts';
import { parsePorts, throughPod, throughService } from './ports.ts';

export const portForward = command<{ readonly namespace: string }>({
  path: 'port-forward',
  long: `
Lead ports of this machine to ports of a pod.

Of a deployment or service, one of its pods is chosen; the forwarding ends with that pod.`,
  examples: `
# The same ports on both sides
kubectl port-forward pod/web 5000 6000

# Through a deployment
kubectl port-forward deployment/web 8080:80

# Through a service, whose port has a name
kubectl port-forward service/web 8443:https

# Any local port
kubectl port-forward pod/web :5000

# For other machines too
kubectl port-forward --address 0.0.0.0 pod/web 8888:5000`,
  *complete(call) {
    if (call.args.length < 2) {
      throw usageError('kubectl port-forward', 'TYPE/NAME and list of ports are required for port-forward');
    }
    const { namespace } = yield* call.namespace();
    if (call.flags.duration('pod-running-timeout') <= 0) {
      throw usageError('kubectl port-forward', '--pod-running-timeout must be higher than zero');
    }
    return { namespace };
  },
  *run({ namespace }, call) {
    const [name = '', ...words] = call.args;
    const named = { names: [name], defaultType: Pods.resource };
    const [info] = yield* (yield* call.select({ namespace, named, typed: true })).infos();
    if (info === undefined) throw new Error('expected a resource');
    const pod = yield* attachablePod(call, info, call.flags.duration('pod-running-timeout'));
    const { group, kind } = mappingOf(info);
    const isService = group === '' && kind === 'Service';
    // The server answers services where they were asked for.
    const service = objectOf(info) as V1Service;
    const ports = words
      .map((word) => (isService ? throughService(word, service, pod) : throughPod(word, pod)))
      .map(parsePorts);
    const addresses = addressesOf(call.flags.strings('address'));
    // The pod as it is by now.
    const { status } = yield* getTyped(yield* call.client(), Pods, namespace, pod.metadata?.name ?? '');
    const phase = status?.phase ?? '';
    if (phase !== 'Running') {
      throw new Error(`unable to forward port because pod is not running. Current status=${phase}`);
    }
    const { name: podName = '', namespace: podNamespace = '', uid = '' } = pod.metadata ?? {};
    yield* forward(call, { namespace: podNamespace, name: podName, uid }, ports, addresses);
  },
});

function addressesOf(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => {
    if (word === 'localhost') return ['127.0.0.1', '::1'];
    if (!/^[0-9.]+$|:/.test(word)) throw new Error(`${word} is not a valid IP`);
    return [word];
  });
}

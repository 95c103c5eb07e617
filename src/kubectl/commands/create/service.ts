// kubectl create service: clusterip, nodeport, loadbalancer and externalname

import { quote } from '../../../../sandbox/kube/go/text.ts';
import { dns1123Subdomain, portName, portNumber } from '../../../../sandbox/kube/names.ts';
import { Services } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1Service, V1ServicePort } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import type { HelpTexts } from '../../cli/help.ts';
import type { Command } from '../../command.ts';
import { generator, type Target } from './generator.ts';

type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';

export const createServices: readonly Command[] = [
  serviceCommand('clusterip', 'ClusterIP', {
    long: 'Create a service with the given name that has an address within the cluster.',
    examples: `
# Port 80, which leads to port 8080 of the pods
kubectl create service clusterip web --tcp=80:8080

# A service without an address
kubectl create service clusterip web --clusterip=None`,
  }),
  serviceCommand('nodeport', 'NodePort', {
    long: 'Create a service with the given name that can be reached through a port of each node.',
    examples: `
# A port of the nodes that leads to port 8080 of the pods
kubectl create service nodeport web --tcp=80:8080`,
  }),
  serviceCommand('loadbalancer', 'LoadBalancer', {
    long: 'Create a service with the given name behind a load balancer of the cloud.',
    examples: `
# A load balancer that leads to port 8080 of the pods
kubectl create service loadbalancer web --tcp=80:8080`,
  }),
  serviceCommand('externalname', 'ExternalName', {
    long: `
Create a service with the given name that stands for a name in the DNS.

Pods can then use the service's name for something that runs elsewhere: on another platform, in another cluster or on a machine of your own.`,
    examples: `
# What the cluster calls db is db.example.com
kubectl create service externalname db --external-name=db.example.com`,
  }),
];

function serviceCommand(name: string, type: ServiceType, texts: HelpTexts): Command {
  return generator({
    path: `create service ${name}`,
    type: Services,
    ...texts,
    ...(type === 'ExternalName' ? { required: ['external-name'] } : {}),
    forgetful: true,
    failure: `failed to create ${type} service:`,
    *validate({ flags }) {
      const externalName = type === 'ExternalName';
      const headless = type === 'ClusterIP' && flags.string('clusterip') === 'None';
      if (!headless && !externalName && flags.strings('tcp').length === 0) {
        throw new Error('at least one tcp port specifier must be provided');
      }
      if (externalName && dns1123Subdomain(flags.string('external-name')).length > 0) {
        throw new Error(`invalid service external name ${flags.string('external-name')}`);
      }
    },
    *make(call, target) {
      return service(call, type, target);
    },
  });
}

function service({ flags }: Call, type: ServiceType, { name, placed }: Target): V1Service {
  const nodePort = flags.has('node-port') ? flags.number('node-port') : 0;
  const clusterIP = flags.has('clusterip') ? flags.string('clusterip') : '';
  const externalName = flags.has('external-name') ? flags.string('external-name') : '';
  return {
    metadata: { name, labels: { app: name }, ...placed },
    spec: {
      type,
      selector: { app: name },
      ports: flags.strings('tcp').map((text) => servicePort(text, nodePort)),
      ...(externalName === '' ? {} : { externalName }),
      ...(clusterIP === '' ? {} : { clusterIP }),
    },
  };
}

/** `80:8080` or `80:http`; a single number is both. */
function servicePort(text: string, nodePort: number): V1ServicePort {
  const [first = '', second] = text.split(':');
  const port = portOf(first);
  const targetPort = second === undefined ? port : targetOf(second);
  return {
    name: text.replaceAll(':', '-'),
    protocol: 'TCP',
    port,
    targetPort,
    ...(nodePort === 0 ? {} : { nodePort }),
  };
}

function portOf(text: string): number {
  const problem = /^\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
  const value = Number(text);
  if (problem === 'invalid syntax' || value > 65535) {
    throw new Error(`strconv.ParseUint: parsing ${quote(text)}: ${problem}`);
  }
  return value;
}

function targetOf(text: string): number | string {
  const isNumber = /^[+-]?\d+$/.test(text);
  const problems = isNumber ? portNumber(Number(text)) : portName(text);
  if (problems.length > 0) throw new Error(problems.join(','));
  return isNumber ? Number(text) : text;
}

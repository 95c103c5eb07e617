// kubectl create deployment

import { Deployments } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1Container, V1Deployment } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { commandArguments, generator, type Target } from './generator.ts';
import { containerName } from './images.ts';

export const createDeployment = generator({
  path: 'create deployment',
  type: Deployments,
  required: ['image'],
  failure: 'failed to create deployment:',
  long: 'Create a deployment with the given name. Its pods carry the label app with that name.',
  examples: `
# A deployment that runs one image
kubectl create deployment web --image=nginx:1.27

# With a command of its own
kubectl create deployment sleeper --image=busybox -- sleep 3600

# Three replicas
kubectl create deployment web --image=nginx:1.27 --replicas=3

# Containers that listen on port 8080
kubectl create deployment web --image=nginx:1.27 --port=8080

# Several containers in each pod
kubectl create deployment web --image=nginx:1.27 --image=busybox:1.36`,
  *validate(call) {
    if (call.flags.strings('image').length > 1 && commandArguments(call).length > 0) {
      throw new Error('cannot specify multiple --image options and command');
    }
  },
  *make(call, target) {
    return deployment(call, target);
  },
});

function deployment(call: Call, { name, placed }: Target): V1Deployment {
  const labels = { app: name };
  return {
    metadata: { name, labels, ...placed },
    spec: {
      replicas: call.flags.number('replicas'),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: containers(call) } },
    },
  };
}

/** One for each image; the port belongs to the first. */
function containers(call: Call): readonly V1Container[] {
  const { flags, sys } = call;
  const port = flags.number('port');
  const command = commandArguments(call);
  return flags.strings('image').map((image, i) => ({
    name: containerName(sys, image),
    image,
    ...(command.length === 0 ? {} : { command }),
    ...(port >= 0 && i === 0 ? { ports: [{ containerPort: port }] } : {}),
  }));
}

// kubectl create job: from an image, or as the next run of a cron job.

import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { CronJobs, Jobs } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1CronJob, V1Job } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { mappingOf, objectOf } from '../../resource/info.ts';
import { commandArguments, generator, type Target } from './generator.ts';

export const createJob = generator({
  path: 'create job',
  type: Jobs,
  failure: 'failed to create job:',
  long: 'Create a job with the given name.',
  examples: `
# A job that runs an image
kubectl create job hello --image=busybox

# With a command of its own
kubectl create job hello --image=busybox -- date

# What a cron job would run next, at once
kubectl create job hello-now --from=cronjob/hello`,
  *validate(call) {
    const [image, from] = [call.flags.string('image'), call.flags.string('from')];
    if ((image === '') === (from === '')) throw new Error('either --image or --from must be specified');
    if (from !== '' && commandArguments(call).length > 0) throw new Error('cannot specify --from and command');
  },
  *make(call, target) {
    const image = call.flags.string('image');
    if (image === '') return jobOfCronJob(yield* cronJob(call, call.flags.string('from')), target);
    return jobOfImage(image, commandArguments(call), target);
  },
});

function jobOfImage(image: string, command: readonly string[], { name, placed }: Target): V1Job {
  const container = { name, image, ...(command.length === 0 ? {} : { command }) };
  return {
    metadata: { name, ...placed },
    spec: { template: { spec: { containers: [container], restartPolicy: 'Never' } } },
  };
}

function* cronJob(call: Call, from: string): Blocking<V1CronJob> {
  const { namespace } = yield* call.namespace();
  const selected = yield* call.select({ namespace, args: [from], typed: true, flatten: true, latest: true });
  const [info, ...others] = yield* selected.infos();
  if (info === undefined || others.length > 0) throw new Error('from must be an existing cronjob');
  const { group, version, kind } = mappingOf(info);
  if (group !== CronJobs.group || kind !== CronJobs.kind) {
    throw new Error(`unknown object type *${version}.${kind}`);
  }
  // Decoded: the server answers objects of the collection that was asked.
  return objectOf(info) as V1CronJob;
}

function jobOfCronJob(cronJob: V1CronJob, { name, placed }: Target): V1Job {
  const { metadata, spec } = cronJob;
  const template = spec?.jobTemplate;
  const labels = template?.metadata?.labels;
  return {
    metadata: {
      name,
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...template?.metadata?.annotations },
      ...(labels === undefined ? {} : { labels }),
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: CronJobs.kind,
          name: metadata?.name ?? '',
          uid: metadata?.uid ?? '',
          controller: true,
        },
      ],
      ...placed,
    },
    ...(template?.spec === undefined ? {} : { spec: template.spec }),
  };
}

// kubectl create cronjob

import { CronJobs } from '../../../../sandbox/schema/generated/resources.ts';
import { commandArguments, generator } from './generator.ts';

export const createCronJob = generator({
  path: 'create cronjob',
  type: CronJobs,
  required: ['image', 'schedule'],
  failure: 'failed to create cronjob:',
  long: 'Create a cron job with the given name: a job that is run again and again.',
  examples: `
# Each minute
kubectl create cronjob hello --image=busybox --schedule="*/1 * * * *"

# With a command of its own
kubectl create cronjob hello --image=busybox --schedule="0 4 * * *" -- date`,
  *make(call, { name, placed }) {
    const { flags } = call;
    const command = commandArguments(call);
    const container = { name, image: flags.string('image'), ...(command.length === 0 ? {} : { command }) };
    const restartPolicy = flags.string('restart') || 'OnFailure';
    return {
      metadata: { name, ...placed },
      spec: {
        schedule: flags.string('schedule'),
        jobTemplate: {
          metadata: { name },
          spec: { template: { spec: { containers: [container], restartPolicy } } },
        },
      },
    };
  },
});

// kubectl create priorityclass

import { PriorityClasses } from '../../../../sandbox/schema/generated/resources.ts';
import { generator } from './generator.ts';

export const createPriorityClass = generator({
  path: 'create priorityclass',
  type: PriorityClasses,
  failure: 'failed to create priorityclass:',
  long: 'Create a priority class with the given name: how much pods count when there is not room for all.',
  examples: `
# Pods that are more important than most
kubectl create priorityclass important --value=1000 --description="important"

# What pods get that name no class
kubectl create priorityclass normal --value=100 --global-default=true

# Pods that wait for room but don't drive others out
kubectl create priorityclass patient --value=1000 --preemption-policy=Never`,
  *make({ flags }, { name }) {
    const description = flags.string('description');
    return {
      metadata: { name },
      value: flags.number('value'),
      ...(flags.bool('global-default') ? { globalDefault: true } : {}),
      ...(description === '' ? {} : { description }),
      preemptionPolicy: flags.string('preemption-policy'),
    };
  },
});

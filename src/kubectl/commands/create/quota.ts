// kubectl create quota

import { canonicalQuantity } from '../../../../sandbox/kube/quantity.ts';
import { ResourceQuotas } from '../../../../sandbox/schema/generated/resources.ts';
import { generator } from './generator.ts';

export const createQuota = generator({
  path: 'create quota',
  type: ResourceQuotas,
  named: true,
  failure: 'failed to create quota:',
  long: 'Create a resource quota with the given name: how much a namespace may hold and use.',
  examples: `
# What the objects of a namespace may use together
kubectl create quota team --hard=cpu=4,memory=8Gi,pods=20,services=5

# Only pods without requests count
kubectl create quota scraps --hard=pods=10 --scopes=BestEffort`,
  *make(call, { name, placed }) {
    const hard = call.flags.string('hard');
    const scopes = call.flags.string('scopes');
    return {
      metadata: { name, ...placed },
      spec: {
        ...(hard === '' ? {} : { hard: Object.fromEntries(hard.split(',').map(limitOf)) }),
        ...(scopes === '' ? {} : { scopes: scopes.split(',').map(scopeOf) }),
      },
    };
  },
});

function limitOf(text: string): readonly [resource: string, value: string] {
  const [resource = '', value, ...more] = text.split('=');
  if (value === undefined || more.length > 0) {
    throw new Error(`Invalid argument syntax ${text}, expected <resource>=<value>`);
  }
  return [resource, canonicalQuantity(value)];
}

function scopeOf(text: string): string {
  if (text === '') throw new Error('invalid resource quota scope ""');
  return text;
}

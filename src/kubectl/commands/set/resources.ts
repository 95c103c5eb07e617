// kubectl set resources: what containers request of CPU and memory, and may use at most.

import { isObject, type JsonObject } from '../../../../sandbox/kube/json.ts';
import { canonicalQuantity, quantityError } from '../../../../sandbox/kube/quantity.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import type { Info } from '../../resource/info.ts';
import { recorded } from '../shared/record.ts';
import { applyChanges, confirmPlace, confirmSelectors, findObjects, type SetOptions, setOptions } from './patching.ts';
import { containersIn, matchesName, withContainers, withPodSpec } from './podspecs.ts';

interface ResourcesOptions extends SetOptions {
  readonly infos: readonly Info[];
}

type Amounts = Readonly<Record<string, string>>;

export const setResources = command<ResourcesOptions>({
  path: 'set resources',
  long: `
Set what the containers of pods and pod templates request of CPU and memory, and the most they may use.

A limit without a request is the request, too. Replication controllers, deployments, daemon sets, replica sets, stateful sets, jobs and cron jobs can be changed; all containers, unless -c names some.`,
  examples: `
# A limit of half a core and 512 MiB for one container
kubectl set resources deployment web -c=nginx --limits=cpu=500m,memory=512Mi

# Requests and limits of all containers
kubectl set resources deployment web --limits=cpu=500m --requests=cpu=100m

# No more limit for the CPU
kubectl set resources deployment web --limits=cpu=0`,
  *complete(call) {
    const options = yield* setOptions(call, 'resource requirements updated');
    return { ...options, infos: yield* findObjects(call, options, call.args) };
  },
  validate(options, call) {
    confirmPlace(call, options);
    confirmSelectors(call);
    if (call.flags.string('limits') === '' && call.flags.string('requests') === '') {
      throw new Error('you must specify an update to requests or limits (in the form of --requests/--limits)');
    }
    amountsOf(call, 'limits');
    amountsOf(call, 'requests');
  },
  *run(options, call) {
    const errors: Error[] = [];
    const [limits, requests] = [amountsOf(call, 'limits'), amountsOf(call, 'requests')];
    const pattern = call.flags.string('containers');
    const isMeant = ({ name }: JsonObject): boolean => matchesName(String(name), pattern);
    const change = function* (info: Info) {
      let found = true;
      const changed = withPodSpec(info, (spec) => {
        found = containersIn(spec).some(isMeant);
        if (!found) errors.push(new Error(`error: unable to find container named ${pattern}`));
        return withContainers(spec, isMeant, (container) => withAmounts(container, limits, requests));
      });
      return found ? recorded(call, changed) : undefined;
    };
    const failure = 'failed to patch resources update to pod template';
    yield* applyChanges(call, options, options.infos, { change, failure }, errors);
  },
});

/** `cpu=100m,memory=256Mi` */
function amountsOf({ flags }: Call, flag: 'limits' | 'requests'): Amounts {
  const text = flags.string(flag);
  if (text === '') return {};
  return Object.fromEntries(
    text.split(',').map((statement) => {
      const [name = '', amount = '', ...more] = statement.split('=');
      if (more.length > 0 || !statement.includes('=')) {
        throw new Error(`Invalid argument syntax ${statement}, expected <resource>=<value>`);
      }
      const wrong = quantityError(amount);
      if (wrong !== undefined) throw new Error(wrong);
      return [name, canonicalQuantity(amount)];
    }),
  );
}

function withAmounts(container: JsonObject, limits: Amounts, requests: Amounts): JsonObject {
  const resources = isObject(container['resources']) ? container['resources'] : {};
  const merged = (field: 'limits' | 'requests', amounts: Amounts): JsonObject => {
    if (Object.keys(amounts).length === 0) return {};
    const before = resources[field];
    return { [field]: { ...(isObject(before) ? before : {}), ...amounts } };
  };
  return { ...container, resources: { ...resources, ...merged('limits', limits), ...merged('requests', requests) } };
}

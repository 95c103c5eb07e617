// Admission: what may change a write, or refuse it, after authorization and before the rules of the kind. The order of
// the plug-ins is the real server's; mutating ones run first, then the rules, then validating ones.

import type { KubeObject } from '../../kube/meta.ts';
import type { Caller, DeleteOptions, WriteOptions } from '../../kube/operation.ts';
import type { Work } from '../../time/loop.ts';
import type { KindContext } from '../kind.ts';
import type { Served } from '../registry.ts';
import { newRounds, type Rounds } from './reinvocation.ts';

type AdmissionVerb = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** A write on its way, as plug-ins see it. */
export interface Attributes {
  readonly verb: AdmissionVerb;
  readonly served: Served;
  readonly subresource: string;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Absent for deletions. */
  readonly object: KubeObject | undefined;
  /** Absent for creations. */
  readonly old: KubeObject | undefined;
  readonly options: WriteOptions | DeleteOptions;
  readonly dryRun: boolean;
  readonly caller: Caller;
  readonly context: KindContext;
}

/** One plug-in. It throws a `StatusError` (Forbidden, mostly) to refuse. */
export interface AdmissionPlugin {
  readonly name: string;
  /** Cheap first look, so that a plug-in costs nothing where it has no say. */
  handles(attributes: Attributes): boolean;
  /** Answers the object, changed or not. */
  mutate?(attributes: Attributes, rounds: Rounds): Work<KubeObject | undefined>;
  validate?(attributes: Attributes): Work<void>;
}

export interface AdmissionChain {
  /** Runs the mutating plug-ins in order, twice where one of them wants it, and answers the object as they left it. */
  mutate(attributes: Attributes): Work<KubeObject | undefined>;
  validate(attributes: Attributes): Work<void>;
}

export function createAdmissionChain(plugins: readonly AdmissionPlugin[]): AdmissionChain {
  return {
    *mutate(attributes) {
      const rounds = newRounds();
      const object = yield* oneRound(plugins, attributes, rounds);
      if (!rounds.wanted) return object;
      rounds.second = true;
      return yield* oneRound(plugins, { ...attributes, object }, rounds);
    },
    *validate(attributes) {
      for (const plugin of plugins) {
        if (plugin.validate !== undefined && plugin.handles(attributes)) yield* plugin.validate(attributes);
      }
    },
  };
}

function* oneRound(
  plugins: readonly AdmissionPlugin[],
  attributes: Attributes,
  rounds: Rounds,
): Work<KubeObject | undefined> {
  let object = attributes.object;
  for (const plugin of plugins) {
    const seen = object === attributes.object ? attributes : { ...attributes, object };
    if (plugin.mutate !== undefined && plugin.handles(seen)) object = yield* plugin.mutate(seen, rounds);
  }
  return object;
}

// What flow schemas and priority levels share: their conditions, and those of them whose spec is fixed.

import { at, duplicate, invalid, required, shownAsJson } from '../../../kube/fielderrors.ts';
import { type JsonObject, sameJson } from '../../../kube/json.ts';
import type { KubeObject } from '../../../kube/meta.ts';
import objects from '../../../schema/data/bootstrap.json' with { type: 'json' };
import type { Kind, Strategy } from '../../kind.ts';
import type { Errors } from '../shared/checks.ts';
import { shownInternally } from '../shared/internal.ts';
import { keepMeta, keepSpec, keepStatus, raiseGeneration, withGeneration, withoutStatus } from '../shared/metaparts.ts';

/** Objects whose spec nobody may change: the server can't do without them. */
const MANDATORY = ['exempt', 'catch-all'];

type WithSpec = KubeObject & { readonly spec?: JsonObject };

/** The spec that an object of this kind and name must have; undefined when it is free. */
function mandatorySpec(kind: string, name: string): JsonObject | undefined {
  if (!MANDATORY.includes(name)) return undefined;
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  return found?.spec;
}

/** `open`: a field of it that may be anything. */
export function* fixedSpec({ metadata, kind = '', spec = {} }: WithSpec, open?: string): Errors {
  const { name = '' } = metadata ?? {};
  const wanted = mandatorySpec(kind, name);
  if (wanted === undefined) return;
  const comparable = open === undefined ? spec : { ...spec, [open]: wanted[open] };
  if (sameJson(comparable, wanted)) return;
  const except = open === undefined ? '' : ` except the 'spec.${open}' field`;
  const shown = shownInternally(`flowcontrol.${kind}Spec`, spec);
  yield invalid('spec', shown, `spec of '${name}'${except} must equal the fixed value`);
}

/** What is stored, in its two parts: the spec, and the conditions that the server reports. */
interface InParts extends KubeObject {
  readonly status?: { readonly conditions?: Conditions };
}

type Conditions = readonly { readonly type?: string }[] | null;

/** The rules that both kinds have alike: `errors` are those of the object itself. */
export function keptInParts<T extends InParts>(
  defaults: NonNullable<Strategy<T>['defaults']>,
  errors: (object: T) => Errors,
): Pick<Kind<T>, 'strategy' | 'subresources'> {
  return {
    strategy: {
      defaults,
      prepareCreate: (object) => withGeneration(withoutStatus(object), 1),
      prepareUpdate: (next, current) => raiseGeneration(keepStatus(next, current), current),
      validate: errors,
      validateUpdate: errors,
      resetFields: ['status'],
    },
    subresources: {
      status: {
        type: 'part',
        strategy: {
          prepareUpdate: (next, current) => keepMeta(keepSpec(next, current), current),
          validateUpdate: ({ status }) => conditionErrors(status?.conditions),
          resetFields: ['spec', 'metadata'],
        },
      },
    },
  };
}

export function* conditionErrors(conditions: Conditions = []): Errors {
  const seen = new Set<string>();
  for (const [i, { type = '' }] of (conditions ?? []).entries()) {
    const field = at('status.conditions', i, 'type');
    if (seen.has(type)) yield duplicate(field, shownAsJson(type));
    seen.add(type);
    if (type === '') yield required(field);
  }
}

// What the audit log is told of webhooks: which were asked, what they changed, which failed and were passed over, and what
// they have to say themselves.

import type { PatchOperation } from '../../../kube/cel/admission/patchvalues.ts';
import { goJson } from '../../../kube/go/text.ts';
import type { JsonObject } from '../../../kube/json.ts';
import { qualifiedName } from '../../../kube/names.ts';
import { annotate } from '../../../kube/operation.ts';
import { PATCH_NOTE } from '../../audit/log.ts';
import type { Attributes } from '../chain.ts';

/** One call of a webhook. */
export interface HookCall {
  readonly attributes: Attributes;
  readonly mutating: boolean;
  readonly webhook: string;
  readonly configuration: string;
  /** It is asked again, since others have changed the object after it. */
  readonly second: boolean;
  /** Its place among all of them. */
  readonly index: number;
}

function place({ second, index }: HookCall): string {
  return `round_${second ? 1 : 0}_index_${index}`;
}

/** It couldn't be asked, and its failures are ignored. */
export function noteFailedOpen(call: HookCall): void {
  const sort = call.mutating ? 'mutation' : 'validating';
  annotate(callerOf(call), `failed-open.${sort}.webhook.admission.k8s.io/${place(call)}`, call.webhook);
}

export function noteMutation(call: HookCall, mutated: boolean): void {
  const { configuration, webhook } = call;
  const text = goJson({ configuration, webhook, mutated });
  annotate(callerOf(call), `mutation.webhook.admission.k8s.io/${place(call)}`, text);
}

export function notePatch(call: HookCall, patch: readonly PatchOperation[]): void {
  const { configuration, webhook } = call;
  const operations = patch.map(
    ({ op, path, from, value }): JsonObject => ({
      ...(from === undefined ? {} : { from }),
      op,
      path,
      ...(value === undefined ? {} : { value }),
    }),
  );
  const text = goJson({ configuration, webhook, patch: operations, patchType: 'JSONPatch' });
  annotate(callerOf(call), `${PATCH_NOTE}${place(call)}`, text);
}

/** What a webhook says itself stands under its name. What can't be a key is left out. */
export function noteOwn(call: HookCall, own: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(own)) {
    const key = `${call.webhook}/${name}`;
    if (qualifiedName(key).length === 0) annotate(callerOf(call), key, text);
  }
}

function callerOf({ attributes }: HookCall): Attributes['context']['caller'] {
  return attributes.context.caller;
}

// MutatingAdmissionWebhook: others are asked, one after the other, how a write is to be changed.

import { sameJson } from '../../../kube/json.ts';
import type { KubeObject } from '../../../kube/meta.ts';
import { internalError } from '../../../kube/status.ts';
import { DecodingError } from '../../../schema/errors.ts';
import { MutatingWebhookConfigurations } from '../../../schema/generated/resources.ts';
import type { Work } from '../../../time/loop.ts';
import type { AdmissionPlugin, Attributes } from '../chain.ts';
import { decodedObject } from '../decoding.ts';
import type { Matched } from '../matching.ts';
import { applyOperations } from '../patches.ts';
import { isDue, noteAsked, openBook } from '../reinvocation.ts';
import { askHook, type HookAnswer, hooksOf, isExempt, matchedHook, type NamedHook, type WebhookDeps } from './hooks.ts';

const NAME = 'MutatingAdmissionWebhook';

export function mutatingWebhooks(deps: WebhookDeps): AdmissionPlugin {
  return {
    name: NAME,
    handles: (attributes) => deps.count(MutatingWebhookConfigurations) > 0 && !isExempt(attributes),
    *mutate(attributes, rounds) {
      const book = openBook(rounds, NAME, attributes.object);
      let { object } = attributes;
      for (const named of hooksOf(attributes, MutatingWebhookConfigurations)) {
        const now: Attributes = { ...attributes, object };
        const matched = matchedHook(named, now, deps);
        if (matched === undefined || !isDue(rounds, book, named.key)) continue;
        const key = rounds.second ? `${named.key} again` : named.key;
        const next = yield* ask({ ...named, key }, now, matched, deps);
        const changed = next !== object && !sameJson(next as never, object as never);
        noteAsked(rounds, book, named.key, { changed, reinvoked: named.hook.reinvocationPolicy === 'IfNeeded' });
        object = next;
      }
      book.last = object;
      return object;
    },
  };
}

/** The object as one webhook wants it. */
function* ask(
  { hook, key }: NamedHook,
  attributes: Attributes,
  matched: Matched,
  deps: WebhookDeps,
): Work<KubeObject | undefined> {
  const answer = yield* askHook({ hook, attributes, matched, mutating: true, key }, deps);
  if (answer === undefined || answer.patch.length === 0) return attributes.object;
  if (attributes.object === undefined) {
    const why = 'attempted to modify the object, which is not supported for this operation';
    throw internalError(`admission webhook ${JSON.stringify(hook.name)} ${why}`);
  }
  return patched(answer, matched);
}

function patched({ shown, patch }: HookAnswer, { served }: Matched): KubeObject {
  const result = applyOperations(shown.object, patch);
  if ('problem' in result) throw internalError(result.problem);
  try {
    return decodedObject(served, result.document, 'lenient');
  } catch (error) {
    throw error instanceof DecodingError ? internalError(error.message) : error;
  }
}

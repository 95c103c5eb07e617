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
import { type Asked, askHook, type HookAnswer, hooksOf, isExempt, matchedHook, type WebhookDeps } from './hooks.ts';
import { type HookCall, noteMutation, notePatch } from './notes.ts';

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
        const { second } = rounds;
        const { hook, configuration, index } = named;
        const call = { attributes: now, mutating: true, webhook: hook.name, configuration, second, index };
        const { next, changed } = yield* noted(call, ask({ hook, call, matched, key }, deps));
        noteAsked(rounds, book, named.key, { changed, reinvoked: named.hook.reinvocationPolicy === 'IfNeeded' });
        object = next;
      }
      book.last = object;
      return object;
    },
  };
}

interface Outcome {
  readonly next: KubeObject | undefined;
  readonly changed: boolean;
}

/** Whoever was asked is noted, even if nothing came of it. */
function* noted(call: HookCall, asking: Work<KubeObject | undefined>): Work<Outcome> {
  const { object } = call.attributes;
  let changed = false;
  try {
    const next = yield* asking;
    changed = next !== object && !sameJson(next as never, object as never);
    return { next, changed };
  } finally {
    noteMutation(call, changed);
  }
}

/** The object as one webhook wants it. */
function* ask(asked: Asked, deps: WebhookDeps): Work<KubeObject | undefined> {
  const { hook, call, matched } = asked;
  const { attributes } = call;
  const answer = yield* askHook(asked, deps);
  if (answer === undefined || answer.patch.length === 0) return attributes.object;
  if (attributes.object === undefined) {
    const why = 'attempted to modify the object, which is not supported for this operation';
    throw internalError(`admission webhook ${JSON.stringify(hook.name)} ${why}`);
  }
  const result = patched(answer, matched);
  notePatch(call, answer.patch);
  return result;
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

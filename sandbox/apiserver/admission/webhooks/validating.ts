// ValidatingAdmissionWebhook: others are asked, all at the same time, whether a write is to be.

import { ValidatingWebhookConfigurations } from '../../../schema/generated/resources.ts';
import type { Loop, Work } from '../../../time/loop.ts';
import type { AdmissionPlugin } from '../chain.ts';
import { askHook, hooksOf, isExempt, matchedHook, type WebhookDeps } from './hooks.ts';

export function validatingWebhooks(deps: WebhookDeps, loop: Loop): AdmissionPlugin {
  return {
    name: 'ValidatingAdmissionWebhook',
    handles: (attributes) => deps.count(ValidatingWebhookConfigurations) > 0 && !isExempt(attributes),
    *validate(attributes) {
      const due = hooksOf(attributes, ValidatingWebhookConfigurations).flatMap((named) => {
        const matched = matchedHook(named, attributes, deps);
        return matched === undefined ? [] : [{ ...named, matched }];
      });
      const works = due.map(({ hook, key, matched, configuration }, index) => {
        const call = { attributes, mutating: false, webhook: hook.name, configuration, second: false, index };
        return asking({ hook, call, matched, key }, deps);
      });
      // The last goroutine that is started is the first that runs.
      yield* together(loop, works.reverse());
    },
  };
}

function* asking(asked: Parameters<typeof askHook>[0], deps: WebhookDeps): Work<void> {
  yield* askHook(asked, deps);
}

/** Waits for all, where any has to wait; throws what was thrown first. */
function* together(loop: Loop, works: readonly Work<void>[]): Work<void> {
  const errors: unknown[] = [];
  const ended = loop.signal();
  let left = works.length;
  let isAwaited = false;
  for (const work of works) {
    loop.start(work, (outcome) => {
      if (!outcome.ok) errors.push(outcome.error);
      left--;
      if (left === 0 && isAwaited) loop.fire(ended, undefined);
    });
  }
  isAwaited = left > 0;
  if (isAwaited) yield ended;
  if (errors.length > 0) throw errors[0];
}

// Shapes that lessons and checks share.

import { parseDurationMs } from '../../sandbox/kube/duration.ts';
import type { Localized } from '../i18n/language.ts';
import { needed, parsed, record, type Shape, text } from './shape.ts';

/** A text in both languages. */
export const localized: Shape<Localized> = record(
  { en: needed(text()), ja: needed(text()) },
  'a text with `en` and `ja`',
);

/** A length of cluster time: `30s`, `5m`, `1m30s`; in milliseconds. */
export const length: Shape<number> = parsed(text({ about: 'a length of time such as 30s or 5m' }), (written) => {
  const ms = lengthOf(written);
  if (ms === undefined || ms < 0) throw new Error(`\`${written}\` is no length of time; write 30s, 5m or 1m30s`);
  return ms;
});

function lengthOf(written: string): number | undefined {
  try {
    return parseDurationMs(written);
  } catch {
    return undefined;
  }
}

/** What objects of the lesson's own are called: goals, predictions, diagnoses. */
export const identifier: Shape<string> = text({
  pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  about: 'a name of small letters, digits and `-`',
});

/** A name that expressions can use. */
export const variable: Shape<string> = text({
  pattern: /^[a-zA-Z_][a-zA-Z0-9_]{0,62}$/,
  about: 'a name of letters, digits and `_`',
});

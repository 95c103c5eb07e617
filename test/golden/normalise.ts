// The one normaliser: what varies from one run to the next, and how two runs are compared in spite of it.
//
// - scan.ts        what varies, by its form
// - identities.ts  which of our generated names stands for which recorded one
// - comparison.ts  what goes with what, from the first place to the last; the order of versions
// - values.ts      JSON against JSON
// - lines.ts       printed lines against printed lines (tables.ts: ages, figures.ts: measured CPU and memory)

import type { Difference } from './difference.ts';
import { type JsonObject, type JsonValue, textAt } from './json.ts';

export {
  type Comparison,
  inRecordedNames,
  newComparison,
  type Rules,
  versionOutOfOrder,
} from './normalise/comparison.ts';
export { valueUnits } from './normalise/evidence.ts';
export { withoutFigures } from './normalise/figures.ts';
export { addNamePair, noPairs, type Pairs, type Unit } from './normalise/identities.ts';
export { compareLines, type LineRules, lineUnits } from './normalise/lines.ts';
export { plainValue } from './normalise/plain.ts';
export { masked, scan } from './normalise/scan.ts';
export { sameText } from './normalise/strings.ts';
export { compareValues } from './normalise/values.ts';

const NOTICE = /^299 k8s-learn "/;

/** Warnings without the simulator's own notices, which a real cluster doesn't give. */
export function withoutNotices(warnings: readonly string[]): {
  readonly warnings: readonly string[];
  readonly notices: number;
} {
  const kept = warnings.filter((warning) => !NOTICE.test(warning));
  return { warnings: kept, notices: warnings.length - kept.length };
}

/** The first of several comparisons that finds something. */
export function firstDifference(...finds: readonly (() => Difference | undefined)[]): Difference | undefined {
  for (const find of finds) {
    const found = find();
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The name that an object of the API carries. */
export function nameOf(object: JsonObject | JsonValue | undefined): string {
  return textAt(object, 'metadata', 'name') ?? '';
}

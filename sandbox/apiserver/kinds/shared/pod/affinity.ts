// Near what a pod wants to run, and far from what.

import { at, forbiddenField, invalid, required } from '../../../../kube/fielderrors.ts';
import { dns1123Label } from '../../../../kube/names.ts';
import { labelKeyErrors, labelSelectorErrors } from '../../../../kube/selectors/labelrules.ts';
import type {
  V1Affinity,
  V1LabelSelector,
  V1NodeAffinity,
  V1PodAffinity,
  V1PodAffinityTerm,
} from '../../../../schema/generated/types.ts';
import { type Errors, isBlank, problemsOf } from '../checks.ts';
import { nodeSelector, nodeSelectorTerm } from '../nodeselectors.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

export function* affinity(field: string, { nodeAffinity, podAffinity, podAntiAffinity }: V1Affinity): Errors {
  if (nodeAffinity !== undefined) yield* toNodes(at(field, 'nodeAffinity'), nodeAffinity);
  if (podAffinity !== undefined) yield* toPods(at(field, 'podAffinity'), podAffinity);
  if (podAntiAffinity !== undefined) yield* toPods(at(field, 'podAntiAffinity'), podAntiAffinity);
}

function* toNodes(field: string, { [REQUIRED]: needed, [PREFERRED]: preferred = [] }: V1NodeAffinity): Errors {
  if (needed !== undefined) yield* nodeSelector(at(field, REQUIRED), needed);
  for (const [i, { weight, preference }] of preferred.entries()) {
    const here = at(field, PREFERRED, i);
    yield* weightErrors(here, weight);
    yield* nodeSelectorTerm(at(here, 'preference'), preference ?? {}, false);
  }
}

function* toPods(field: string, { [REQUIRED]: needed = [], [PREFERRED]: preferred = [] }: V1PodAffinity): Errors {
  for (const [i, term] of needed.entries()) yield* podAffinityTerm(at(field, REQUIRED, i), term);
  for (const [i, { weight, podAffinityTerm: term }] of preferred.entries()) {
    const here = at(field, PREFERRED, i);
    yield* weightErrors(here, weight);
    yield* podAffinityTerm(at(here, 'podAffinityTerm'), term);
  }
}

function* weightErrors(field: string, weight = 0): Errors {
  if (weight <= 0 || weight > 100) yield invalid(at(field, 'weight'), weight, 'must be in the range 1-100');
}

function* podAffinityTerm(field: string, term: V1PodAffinityTerm): Errors {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = term;
  yield* labelSelectorErrors(at(field, 'labelSelector'), labelSelector);
  yield* labelSelectorErrors(at(field, 'namespaceSelector'), namespaceSelector);
  for (const name of namespaces) yield* problemsOf(at(field, 'namespace'), name, dns1123Label(name));
  yield* matchLabelKeys(field, term);
  if (isBlank(topologyKey)) yield required(at(field, 'topologyKey'), 'can not be empty');
  yield* labelKeyErrors(at(field, 'topologyKey'), topologyKey);
}

interface LabelKeys {
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
  readonly labelSelector?: V1LabelSelector;
}

/** Keys of the pod's own labels whose values the selector is to have, or not to have. */
export function* matchLabelKeys(field: string, term: LabelKeys): Errors {
  const { matchLabelKeys: match = [], mismatchLabelKeys: mismatch = [], labelSelector: selector } = term;
  yield* labelKeys(at(field, 'matchLabelKeys'), match, selector);
  yield* labelKeys(at(field, 'mismatchLabelKeys'), mismatch, selector);
  if (selector !== undefined) yield* selectedTwice(field, match, selector);
  for (const [i, key] of match.entries()) {
    if (!mismatch.includes(key)) continue;
    yield invalid(at(field, 'matchLabelKeys', i), key, 'exists in both matchLabelKeys and mismatchLabelKeys');
  }
}

function* labelKeys(field: string, keys: readonly string[], selector: V1LabelSelector | undefined): Errors {
  if (keys.length === 0) return;
  if (selector === undefined) yield forbiddenField(field, 'must not be specified when labelSelector is not set');
  else for (const [i, key] of keys.entries()) yield* labelKeyErrors(at(field, i), key);
}

/** The server itself adds an expression for each key, so one is right and two are too many. */
function* selectedTwice(field: string, match: readonly string[], selector: V1LabelSelector): Errors {
  const seen = new Set(Object.keys(selector.matchLabels ?? {}));
  for (const { key } of selector.matchExpressions ?? []) {
    const i = match.lastIndexOf(key);
    if (i >= 0 && seen.has(key)) yield invalid(at(field, i), key, 'exists in both matchLabelKeys and labelSelector');
    seen.add(key);
  }
}

// Which pods an autoscaler looks at. Pods that two of them look at are scaled by neither.

import { type Key, keyOf, splitKey } from '../../client/informer.ts';
import { parseLabelSelector } from '../../kube/selectors/labelselectorparser.ts';
import { type LabelSelector, matchesLabels } from '../../kube/selectors/labelselectors.ts';
import { note, say, type Turn } from './turn.ts';

/** The selector of a scale; why there is none that can be used, which is noted and said. */
export type Selection = { readonly selector: LabelSelector } | { readonly refusal: string };

export function selectionOf(turn: Turn, text: string): Selection {
  if (text === '') {
    const refusal = 'selector is required';
    note(turn, 'Warning', 'SelectorRequired', refusal);
    say(turn, 'ScalingActive', 'False', 'InvalidSelector', "the HPA target's scale is missing a selector");
    return { refusal };
  }
  const selector = parseLabelSelector(text);
  turn.selectors.set(keyOf(turn.autoscaler), text);
  const rivals = rivalsFor(turn, selector);
  if (rivals.length < 2) return { selector };
  const refusal = `pods by selector ${text} are controlled by multiple HPAs: [${rivals.join(' ')}]`;
  note(turn, 'Warning', 'AmbiguousSelector', refusal);
  say(turn, 'ScalingActive', 'False', 'AmbiguousSelector', refusal);
  return { refusal };
}

/** All autoscalers that look at some of these pods. */
function rivalsFor({ pods, autoscaler, selectors }: Turn, selector: LabelSelector): readonly Key[] {
  const namespace = autoscaler.metadata?.namespace ?? '';
  const near = [...selectors].filter(([key]) => splitKey(key).namespace === namespace);
  if (near.length < 2) return [];
  const mine = pods.list(namespace).filter(({ metadata }) => matchesLabels(selector, metadata?.labels));
  return near.flatMap(([key, text]) => {
    const other = parseLabelSelector(text);
    return mine.some(({ metadata }) => matchesLabels(other, metadata?.labels)) ? [key] : [];
  });
}

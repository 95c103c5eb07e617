// A label selector as Go's generated String method prints it: messages of controllers show it so.

import { sortedKeys } from '../../kube/go/text.ts';
import type { V1LabelSelector } from '../../schema/generated/types.ts';

export function selectorText(selector: V1LabelSelector | undefined): string {
  const labels = selector?.matchLabels ?? {};
  const matchLabels = sortedKeys(labels)
    .map((key) => `${key}: ${labels[key] ?? ''},`)
    .join('');
  const expressions = (selector?.matchExpressions ?? [])
    .map(
      ({ key, operator, values }) =>
        `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${(values ?? []).join(' ')}],},`,
    )
    .join('');
  return `&LabelSelector{MatchLabels:map[string]string{${matchLabels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`;
}

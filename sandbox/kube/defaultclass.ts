// Which class is meant by those who name none: the newest of those that are marked as the default.

import { compareText } from './go/text.ts';
import { own } from './json.ts';
import type { KubeObject } from './meta.ts';

export const DEFAULT_STORAGE_CLASS = 'storageclass.kubernetes.io/is-default-class';
export const DEFAULT_INGRESS_CLASS = 'ingressclass.kubernetes.io/is-default-class';

/** `mark`: the annotation, whose beta counts as well. */
export function defaultClass(classes: readonly KubeObject[], mark: string): string | undefined {
  const marks = [mark, mark.replace('.k', '.beta.k')];
  const [newest] = classes
    .filter(({ metadata }) => marks.some((each) => own(metadata?.annotations, each) === 'true'))
    .sort(
      (a, b) =>
        compareText(b.metadata?.creationTimestamp ?? '', a.metadata?.creationTimestamp ?? '') ||
        compareText(a.metadata?.name ?? '', b.metadata?.name ?? ''),
    );
  return newest?.metadata?.name;
}

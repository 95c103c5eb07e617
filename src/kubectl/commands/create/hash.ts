// Names that change with what a config map or secret holds: --append-hash.

import { createHash } from 'node:crypto';
import { goJson } from '../../../../sandbox/kube/go/text.ts';
import type { V1ConfigMap, V1Secret } from '../../../../sandbox/schema/generated/types.ts';

/** Hexadecimal digits that could make words, and what stands for them. */
const SAFE: Readonly<Record<string, string>> = { '0': 'g', '1': 'h', '3': 'k', a: 'm', e: 't' };

export function configMapHash({ metadata, data = {}, binaryData = {} }: V1ConfigMap): string {
  return shortHash({
    binaryData: Object.keys(binaryData).length === 0 ? undefined : binaryData,
    data,
    kind: 'ConfigMap',
    name: metadata?.name ?? '',
  });
}

export function secretHash({ metadata, data = {}, type = '' }: V1Secret): string {
  return shortHash({ data, kind: 'Secret', name: metadata?.name ?? '', type });
}

function shortHash(content: Parameters<typeof goJson>[0]): string {
  const hex = createHash('sha256').update(goJson(content, 'sorted')).digest('hex');
  return [...hex.slice(0, 10)].map((digit) => SAFE[digit] ?? digit).join('');
}

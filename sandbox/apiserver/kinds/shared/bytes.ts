// Bytes within objects, which stand there as base64.

import { decodeBase64 } from '../../../schema/scalars/base64.ts';

/** How many bytes a base64 text holds. */
export function bytesIn(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

export function textOf(base64: string): string {
  return new TextDecoder().decode(decodeBase64(base64));
}

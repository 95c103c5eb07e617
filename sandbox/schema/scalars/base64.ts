// Base64 within what is decoded: what is none is refused as every other value is.

import { Base64Error, canonicalBase64 as canonical, decodeBase64 as decode } from '../../kube/go/base64.ts';
import { DecodingError } from '../errors.ts';

export { encodeBase64 } from '../../kube/go/base64.ts';

/** The canonical text of the same bytes. Throws a DecodingError that names the first wrong byte. */
export function canonicalBase64(text: string): string {
  return refusing(() => canonical(text));
}

/** The bytes of a text. Throws a DecodingError that names the first wrong byte. */
export function decodeBase64(text: string): Uint8Array {
  return refusing(() => decode(text));
}

function refusing<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof Base64Error) throw new DecodingError(error.message);
    throw error;
  }
}

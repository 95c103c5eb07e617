// jsonpatch.escapeKey('example.com/a'): keys as the paths of a JSON patch write them.

import { type Library, onString } from './library.ts';

function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

export const JSON_PATCH_LIBRARY: Library = {
  'jsonpatch.escapeKey': {
    overloads: ['string_jsonpatch_escapeKey_string: (string) -> string'],
    runs: { string_jsonpatch_escapeKey_string: onString(escapeKey) },
  },
};

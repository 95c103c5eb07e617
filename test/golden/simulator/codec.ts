// Objects as protobuf and back, as the API server's door codes them.

import { kindOf } from '../../../sandbox/apiserver/http/encode.ts';
import { decodeProtobuf, encodeProtobuf } from '../../../sandbox/schema/protobuf/envelope.ts';
import { objectAt } from '../json.ts';
import type { Codec } from '../world.ts';

export const protobufCodec: Codec = {
  encode(value) {
    const object = objectAt(value);
    const kind = kindOf(object);
    if (kind === undefined) throw new Error(`no type of ${String(object['kind'])}`);
    return encodeProtobuf(object, kind);
  },
  decode: (bytes) => decodeProtobuf(bytes).value,
};

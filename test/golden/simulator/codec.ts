// Objects as protobuf and back, as the API server's door codes them.

import { parseApiVersion } from '../../../sandbox/kube/resource.ts';
import { decodeProtobuf, encodeProtobuf } from '../../../sandbox/schema/protobuf/envelope.ts';
import { registeredType } from '../../../sandbox/schema/schema.ts';
import { objectAt } from '../json.ts';
import type { Codec } from '../world.ts';

export const protobufCodec: Codec = {
  encode(value) {
    const object = objectAt(value);
    const kind = registeredType({
      ...parseApiVersion(String(object['apiVersion'])),
      kind: String(object['kind']),
    });
    if (kind === undefined) throw new Error(`no type of ${String(object['kind'])}`);
    return encodeProtobuf(object, kind);
  },
  decode: (bytes) => decodeProtobuf(bytes).value,
};

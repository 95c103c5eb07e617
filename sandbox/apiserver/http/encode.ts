// Objects as the bytes of an answer: JSON, YAML or protobuf, each as the real server writes it.

import type { JsonObject } from '../../kube/json.ts';
import { parseApiVersion } from '../../kube/resource.ts';
import type { KindType } from '../../kube/structure.ts';
import { encodeJson, indentJson } from '../../schema/encode/json.ts';
import { encodeProtobuf, hasProtobuf } from '../../schema/protobuf/envelope.ts';
import { kindType } from '../../schema/schema.ts';
import { encodeYaml } from '../../schema/yaml/encode.ts';
import type { Format } from './accept.ts';

/** The bytes or the text of a whole answer. */
export function encodeBody(object: JsonObject, format: Format, pretty: boolean): Uint8Array | string {
  const kind = kindOf(object);
  switch (format) {
    case 'json': {
      const compact = encodeJson(object, kind?.type);
      return pretty ? indentJson(compact) : `${compact}\n`;
    }
    case 'yaml':
      return encodeYaml(object, kind?.type);
    case 'protobuf': {
      if (kind === undefined || !hasProtobuf(kind.type)) throw new Error(`${String(object['kind'])} has no protobuf`);
      return encodeProtobuf(object, kind);
    }
  }
}

/** The type of a kind of Kubernetes' own; undefined for custom resources. */
export function kindOf({ apiVersion, kind }: JsonObject): KindType | undefined {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const { group, version } = parseApiVersion(apiVersion);
  return kindType(group, version, kind);
}

// Objects as the bytes of an answer: JSON, YAML or protobuf, each as the real server writes it.

import type { JsonObject } from '../../kube/json.ts';
import { lazyFor } from '../../kube/lazy.ts';
import { parseApiVersion } from '../../kube/resource.ts';
import type { KindType } from '../../kube/structure.ts';
import { encodeJson, indentJson } from '../../schema/encode/json.ts';
import { encodeProtobuf, hasProtobuf } from '../../schema/protobuf/envelope.ts';
import { definition, kindType } from '../../schema/schema.ts';
import { encodeYaml } from '../../schema/yaml/encode.ts';
import { type Format, MEDIA_TYPES } from './accept.ts';

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

/** Large ones are asked for again and again, and stay the same. */
const compactOf = lazyFor((document: JsonObject): string => JSON.stringify(document));

/** A document that is no object: its members stand in the order in which they were made. */
export function encodeDocument(
  object: JsonObject,
  { format, pretty }: { readonly format: Format; readonly pretty: boolean },
): { readonly type: string; readonly body: Uint8Array | string } {
  const type = definition(`io.k8s.apimachinery.pkg.apis.meta.v1.${String(object['kind'])}`);
  if (format === 'protobuf' && type !== undefined && hasProtobuf(type)) {
    const kind = { group: '', version: 'v1', kind: String(object['kind']), type };
    return { type: MEDIA_TYPES.protobuf, body: encodeProtobuf(object, kind) };
  }
  if (format === 'yaml') return { type: MEDIA_TYPES.yaml, body: encodeYaml(object) };
  const compact = compactOf(object);
  return { type: MEDIA_TYPES.json, body: pretty ? indentJson(compact) : `${compact}\n` };
}

/** The type of a kind of Kubernetes' own; undefined for custom resources. */
export function kindOf({ apiVersion, kind }: JsonObject): KindType | undefined {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const { group, version } = parseApiVersion(apiVersion);
  return kindType(group, version, kind);
}

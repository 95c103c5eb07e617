// The OpenAPI documents of the server, at most once each: those of v3, one for each group and version, and that of v2,
// which comes as protobuf.

import { isObject, type JsonObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { discoveryRequest } from '../discovery/live.ts';
import { JSON_TYPE, type RestClient, type RestRequest } from '../rest/client.ts';
import { decodeDefinitions } from './protobuf.ts';

export interface OpenApi {
  /** Undefined when the server has no such group and version. */
  document(group: string, version: string): Blocking<JsonObject | undefined>;
  /** The definitions in the document of OpenAPI v2. */
  documentV2(): Blocking<JsonObject>;
}

const V2_TYPE = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

export function createOpenApi(client: () => Blocking<RestClient>): OpenApi {
  let index: ReadonlyMap<string, string> | undefined;
  const documents = new Map<string, JsonObject>();
  let older: JsonObject | undefined;
  return {
    *document(group, version) {
      index ??= yield* readIndex(yield* client());
      const path = group === '' ? `api/${version}` : `apis/${group}/${version}`;
      const url = index.get(path);
      if (url === undefined) return undefined;
      const document = documents.get(path) ?? (yield* readDocument(yield* client(), url));
      documents.set(path, document);
      return document;
    },
    *documentV2() {
      older ??= yield* readV2(yield* client());
      return older;
    },
  };
}

function* readV2(client: RestClient): Blocking<JsonObject> {
  const request = { ...discoveryRequest(client, '/openapi/v2'), accept: V2_TYPE };
  return decodeDefinitions((yield* client.send(request)).bytes);
}

function* readIndex(client: RestClient): Blocking<ReadonlyMap<string, string>> {
  const request = {
    ...discoveryRequest(client, '/openapi/v3'),
    accept: 'application/json, */*',
    source: 'client.go:46',
  };
  const { paths } = yield* jsonOf(client, request);
  const entries = Object.entries(isObject(paths) ? paths : {});
  return new Map(
    entries.map(([path, place]) => [path, isObject(place) ? String(place['serverRelativeURL'] ?? '') : '']),
  );
}

function* readDocument(client: RestClient, url: string): Blocking<JsonObject> {
  const [path = '', query = ''] = url.split('?');
  return yield* jsonOf(client, {
    ...discoveryRequest(client, path),
    query: [...new URLSearchParams(query)],
    accept: JSON_TYPE,
    source: 'groupversion.go:75',
  });
}

function* jsonOf(client: RestClient, request: RestRequest): Blocking<JsonObject> {
  // They are large, of the server's own making, and have no numbers that a plain reader would lose.
  const value: JsonValue = JSON.parse((yield* client.send(request)).body);
  if (!isObject(value)) throw new Error('Invalid OpenAPI V3 document');
  return value;
}

// The OpenAPI documents of the server, at most once each: those of v3, one for each group and version, and that of v2.

import { isObject, type JsonObject, type JsonValue } from '../../../sandbox/kube/json.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import { discoveryRequest } from '../discovery/live.ts';
import { JSON_TYPE, type RestClient, type RestRequest } from '../rest/client.ts';

export interface OpenApi {
  /** Undefined when the server has no such group and version. */
  document(group: string, version: string): Blocking<JsonObject | undefined>;
  /** Asks for the document of OpenAPI v2, once. What it says of kinds is in those of v3, too. */
  askForV2(): Blocking<void>;
  /** The document of OpenAPI v2, in JSON: a stock kubectl reads it as protobuf. */
  documentV2(): Blocking<JsonObject>;
}

const V2_TYPE = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

export function createOpenApi(client: () => Blocking<RestClient>): OpenApi {
  let index: ReadonlyMap<string, string> | undefined;
  const documents = new Map<string, JsonObject>();
  let asked = false;
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
    *askForV2() {
      if (asked) return;
      asked = true;
      const asking = yield* client();
      yield* asking.send({ ...discoveryRequest(asking, '/openapi/v2'), accept: V2_TYPE });
    },
    *documentV2() {
      const asking = yield* client();
      return yield* jsonOf(asking, { ...discoveryRequest(asking, '/openapi/v2'), accept: JSON_TYPE });
    },
  };
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

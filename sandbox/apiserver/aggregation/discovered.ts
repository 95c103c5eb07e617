// What another API server says that it serves, in the form of aggregated discovery. Servers that only know the older form
// are understood, too. Whatever they send may be nonsense.

import { isArray, isObject, type JsonObject, type JsonValue } from '../../kube/json.ts';
import { deepFreeze } from '../../time/state.ts';
import { partOfDocument } from '../openapi/merged.ts';

/** Resources of one version as aggregated discovery lists them; undefined when the answer has none of it. */
export function resourcesIn(text: string, group: string, version: string): readonly JsonValue[] | undefined {
  const document = objectIn(text);
  if (document['kind'] === 'APIGroupDiscoveryList') return aggregatedResources(document, group, version);
  return document['kind'] === 'APIResourceList' ? legacyResources(listIn(document, 'resources')) : undefined;
}

/** Where the server has the document of a version of OpenAPI 3. */
export function openApiPathIn(text: string, path: string): string | undefined {
  const { paths } = objectIn(text);
  const entry = isObject(paths) && Object.hasOwn(paths, path) ? paths[path] : undefined;
  const found = entry !== undefined && isObject(entry) ? entry['serverRelativeURL'] : undefined;
  return typeof found === 'string' ? found : undefined;
}

/** What the server's document of OpenAPI 2 says of the version; undefined where it has none. */
export function openApi2In(text: string, path: string): JsonObject | undefined {
  const part = partOfDocument(objectIn(text), `/${path}/`);
  return part === undefined ? undefined : deepFreeze(part);
}

function objectIn(text: string): JsonObject {
  try {
    const parsed = JSON.parse(text) as JsonValue;
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

function listIn(object: JsonObject, name: string): readonly JsonObject[] {
  const list = object[name];
  return list !== undefined && isArray(list) ? list.filter(isObject) : [];
}

function aggregatedResources(document: JsonObject, group: string, version: string): readonly JsonValue[] | undefined {
  const ours = listIn(document, 'items').find(
    ({ metadata }) => isObject(metadata ?? null) && nameOf(metadata) === group,
  );
  const found = ours === undefined ? undefined : listIn(ours, 'versions').find((each) => each['version'] === version);
  return found === undefined ? undefined : listIn(found, 'resources');
}

function nameOf(metadata: JsonValue | undefined): JsonValue | undefined {
  return metadata !== undefined && isObject(metadata) ? metadata['name'] : undefined;
}

/** Subresources stand behind their resource in the older form, and within it in the newer one. */
function legacyResources(listed: readonly JsonObject[]): readonly JsonValue[] {
  const parts = (name: JsonValue | undefined): readonly string[] => String(name ?? '').split('/');
  return listed
    .filter(({ name }) => parts(name).length === 1)
    .map((resource) => {
      const { name, kind, group, version, namespaced, singularName, verbs, shortNames, categories } = resource;
      const own = listed.filter((each) => parts(each['name']).length === 2 && parts(each['name'])[0] === name);
      const subresources = own.map((each) => ({
        subresource: parts(each['name'])[1] ?? '',
        responseKind: kindOf(each),
        verbs: each['verbs'] ?? [],
      }));
      return {
        resource: name ?? '',
        responseKind: kindOf({ ...present({ kind, group, version }) }),
        scope: namespaced === true ? 'Namespaced' : 'Cluster',
        singularResource: singularName ?? '',
        verbs: verbs ?? [],
        ...present({ shortNames, categories }),
        ...(subresources.length === 0 ? {} : { subresources }),
      };
    });
}

function kindOf({ kind, group, version }: JsonObject): JsonObject {
  return { group: group ?? '', version: version ?? '', kind: kind ?? '' };
}

function present(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

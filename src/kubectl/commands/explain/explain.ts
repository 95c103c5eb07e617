// kubectl explain: what a kind is and what its fields mean, in the server's own words.

import { quote } from '../../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject, own } from '../../../../sandbox/kube/json.ts';
import { groupResource, parseApiVersion } from '../../../../sandbox/kube/resource.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import type { Mapping } from '../../discovery/mapping.ts';
import { schemaOfKind, schemasOf } from '../../openapi/schemas.ts';
import { PrintError } from '../../printers/printer.ts';
import { ALL_FIELDS, fieldNames, resourceStep, stepsOf } from '../shared/steps.ts';
import { oldExplanation } from './oldtext.ts';
import { explanation } from './text.ts';

const SUGGESTION = 'Use "kubectl api-resources" for a complete list of supported resources.';

export const explain = command<null>({
  path: 'explain',
  long: `
Say what a kind of resource is and what its fields mean.

A path with dots leads to a field: TYPE.FIELD.FIELD. What is said comes from the server.

${SUGGESTION}`,
  examples: `
# Pods and their fields
kubectl explain pods

# All fields of fields
kubectl explain pods --recursive

# One field
kubectl explain pods.spec.containers

# Of another version
kubectl explain deployments --api-version=apps/v1`,
  *complete(call) {
    yield* call.mapper();
    return null;
  },
  validate(_, { args }) {
    if (args.length === 0) throw new Error(`You must specify the type of resource to explain. ${SUGGESTION}\n`);
    if (args.length > 1) throw new Error('We accept only this format: explain RESOURCE\n');
  },
  *run(_, call) {
    const { mapping, path } = yield* named(call, call.args[0] ?? '');
    const chosen = chosenVersion(call, mapping);
    const old = call.flags.string('output') === 'plaintext-openapiv2';
    yield* call.out(yield* old ? explainedV2(call, chosen, path) : explained(call, chosen, path));
  },
});

interface Named {
  readonly mapping: Mapping;
  readonly path: readonly string[];
}

/** `pods.spec.containers`, `deployments.apps.spec`: a resource, perhaps its group, and a path of fields. */
function* named(call: Call, text: string): Blocking<Named> {
  if (text === '' || text === '.') {
    yield* (yield* call.discovery()).served();
    throw new Error('a resource must be present, got: /, Resource=');
  }
  const { resource, others } = resourceStep(text);
  const mapper = yield* call.mapper();
  const kind = yield* mapper.kindFor({ group: '', version: '', resource });
  const mapping = yield* mapper.mapping(kind, kind.version);
  if (call.flags.string('api-version') !== '') return { mapping, path: fieldNames(others, ALL_FIELDS) };
  const whole = groupResource(mapping);
  const path = text.startsWith(whole) ? stepsOf(text.slice(whole.length)).slice(1) : others;
  return { mapping, path: fieldNames(path, 'first node must be field node') };
}

function chosenVersion({ flags }: Call, mapping: Mapping): Mapping {
  const text = flags.string('api-version');
  return text === '' ? mapping : { ...mapping, ...parseApiVersion(text) };
}

function* explained(call: Call, mapping: Mapping, path: readonly string[]): Blocking<string> {
  const { group, version, resource } = mapping;
  const text = `${group}/${version}, Resource=${resource}`;
  const document = yield* call.openApi.document(group, version);
  if (document === undefined) throw new Error(`couldn't find resource for "${text}"`);
  const output = call.flags.string('output');
  if (output !== 'plaintext') throw new Error(`unrecognized format: ${output}`);
  const kind = kindServed(document, mapping);
  if (kind === undefined) throw new Error(`error: GVR (${text}) not found in OpenAPI schema`);
  const found = schemaOfKind(document, { group, version, kind });
  if (found === undefined) {
    const shown = `map[group:${group} kind:${kind} version:${version}]`;
    throw new Error(`error: GVK ${shown} not found in OpenAPI schema`);
  }
  const story = explanation({ document, recursive: call.flags.bool('recursive') }, found.schema, path);
  const title = `${group === '' ? '' : `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n`;
  if (story === undefined) throw new PrintError(title, `error: field "${path.at(-1)}" does not exist`);
  return `${title}${story}\n`;
}

function* explainedV2(call: Call, mapping: Mapping, path: readonly string[]): Blocking<string> {
  const { group, version, kind } = mapping;
  const document = yield* call.openApi.documentV2();
  const found = schemaOfKind(document, mapping);
  if (found === undefined) {
    throw new Error(`couldn't find resource for ${quote(`${group}/${version}, Kind=${kind}`)}`);
  }
  const source = { definitions: schemasOf(document), recursive: call.flags.bool('recursive') };
  return oldExplanation(source, mapping, found.schema, path);
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** The kind that the paths of a collection are about. */
function kindServed(document: JsonObject, { group, version, resource }: Mapping): string | undefined {
  const prefix = `${group === '' ? '/api' : `/apis/${group}`}/${version}`;
  const paths = isObject(document['paths']) ? document['paths'] : {};
  for (const place of ['', '/namespaces/{namespace}']) {
    for (const name of ['', '/{name}']) {
      const path = own(paths, `${prefix}${place}/${resource}${name}`);
      for (const method of METHODS) {
        const operation = isObject(path) ? path[method] : undefined;
        const kind = isObject(operation) ? operation['x-kubernetes-group-version-kind'] : undefined;
        if (isObject(kind)) return String(kind['kind']);
      }
    }
  }
  return undefined;
}

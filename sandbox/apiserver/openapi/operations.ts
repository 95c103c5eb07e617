// What can be asked of a collection, as version 3 of OpenAPI says it: a path for each place, an operation for each method.

import type { JsonObject } from '../../kube/json.ts';
import type { GroupVersionKind } from '../../kube/resource.ts';
import { capital } from '../../kube/text.ts';
import type { Documentation } from '../../schema/documentation.ts';
import { kindType, type Subresource } from '../../schema/schema.ts';
import type { Served } from '../registry.ts';
import { VERSION_3 } from './definitions.ts';
import {
  COLLECTION_DELETION,
  DELETION,
  FORCE,
  LISTING,
  NAMESPACE,
  nameOf,
  optionsOf,
  PATH,
  type Parameter,
  PRETTY,
  parameterSchema,
  WRITING,
} from './parameters.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const OBJECT_TYPES = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml'];
const WATCH_TYPES = [
  'application/json',
  'application/json;stream=watch',
  'application/vnd.kubernetes.protobuf',
  'application/vnd.kubernetes.protobuf;stream=watch',
  'application/yaml',
];
const PATCH_TYPES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];
const UNAUTHORIZED = { '401': { description: 'Unauthorized' } };
const STATUSES: ReadonlyMap<string, string> = new Map([
  ['200', 'OK'],
  ['201', 'Created'],
  ['202', 'Accepted'],
]);

/** One method at one path. */
interface Operation {
  readonly method: string;
  readonly said: JsonObject;
  readonly parameters: readonly Parameter[];
}

/** A collection, or what is beside its objects, and how its operations are called. */
interface Subject {
  readonly tag: string;
  /** `AppsV1` */
  readonly version: string;
  readonly namespaced: boolean;
  readonly kind: string;
  /** Of a subresource: its name. */
  readonly part?: string;
  /** What goes in and comes out. */
  readonly about: GroupVersionKind;
  readonly schema: JsonObject;
  readonly custom: boolean;
}

/** `rbac.authorization.k8s.io` is tagged as rbacAuthorization. */
export function tagOf(group: string): string {
  const [first = '', ...others] = (group === '' ? 'core' : group.replace(/\.k8s\.io$/, '')).split('.');
  return [first, ...others.map(capital)].join('');
}

/** What is read without being a resource. */
export function readable(what: {
  readonly tag: string;
  readonly description: string;
  readonly operation: string;
  readonly schema: JsonObject;
  readonly mediaTypes?: readonly string[];
}): JsonObject {
  const { tag, description, operation, schema, mediaTypes = OBJECT_TYPES } = what;
  return { tags: [tag], description, operationId: operation, responses: responsesOf(['200'], mediaTypes, schema) };
}

function responsesOf(statuses: readonly string[], mediaTypes: readonly string[], schema: JsonObject): JsonObject {
  const content = Object.fromEntries(mediaTypes.map((type) => [type, { schema }]));
  const said = statuses.map((status) => [status, { description: STATUSES.get(status) ?? '', content }]);
  return { ...Object.fromEntries(said), ...UNAUTHORIZED };
}

/** All paths of the collections of one group and version. */
export function pathsOf(served: readonly Served[], docs: Documentation): JsonObject {
  const [first] = served;
  if (first === undefined) return {};
  const found = [rootPath(first), ...served.flatMap((each) => pathsOfResource(each))];
  const documents = found.map(([path, operations]) => [path, pathItem(operations, docs)] as const);
  return Object.fromEntries(documents.sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Path = readonly [path: string, operations: readonly Operation[]];

/** `api/v1`, `apis/apps/v1`. */
export function groupPath({ group, version }: Served['type']): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

function rootPath({ type }: Served): Path {
  const tag = tagOf(type.group);
  const said = readable({
    tag: `${tag}_${type.version}`,
    description: 'get available resources',
    operation: `get${capital(tag)}${capital(type.version)}APIResources`,
    schema: reference(`${META}.APIResourceList`),
  });
  return [`/${groupPath(type)}/`, [{ method: 'get', said, parameters: [] }]];
}

function reference(name: string): JsonObject {
  return VERSION_3.reference(name, true);
}

function pathsOfResource(served: Served): readonly Path[] {
  const { type, names, subresources } = served;
  const { resource, namespaced } = type;
  const root = `/${groupPath(type)}`;
  const collection = `${namespaced ? '/namespaces/{namespace}' : ''}/${resource}`;
  const subject = subjectOf(served);
  const can = new Set(names.verbs);
  const of = (verbs: readonly string[]): readonly Operation[] =>
    verbs.filter((verb) => can.has(verb)).flatMap((verb) => operationOf(verb, subject, served));
  const paths: Path[] = [
    [root + collection, of(['list', 'create', 'deletecollection'])],
    [`${root}${collection}/{name}`, of(['get', 'update', 'delete', 'patch'])],
  ];
  if (namespaced && can.has('list')) paths.push([`${root}/${resource}`, [listing(subject, served, true)]]);
  if (can.has('watch') && !subject.custom) {
    paths.push([`${root}/watch${collection}`, [watching(subject, 'List')]]);
    if (can.has('get')) paths.push([`${root}/watch${collection}/{name}`, [watching(subject, '')]]);
    if (namespaced) paths.push([`${root}/watch/${resource}`, [watching(subject, 'ListForAllNamespaces')]]);
  }
  for (const subresource of subresources)
    paths.push(...pathsOfPart(`${root}${collection}/{name}`, subresource, served));
  return paths.filter(([, operations]) => operations.length > 0);
}

function subjectOf({ type, structure, custom }: Served): Subject {
  const { group, version, kind, namespaced } = type;
  const tag = tagOf(group);
  return {
    tag: `${tag}_${version}`,
    version: capital(tag) + capital(version),
    namespaced,
    kind,
    about: { group, version, kind },
    schema: reference(custom ? customName(type) : structure.name),
    custom,
  };
}

/** The name of a custom resource's definition: the group backwards. */
export function customName({ group, version, kind }: GroupVersionKind): string {
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
}

function pathsOfPart(path: string, { name, ...part }: Subresource, served: Served): readonly Path[] {
  const { type } = served;
  const about = { group: part.group ?? type.group, version: part.version ?? type.version, kind: part.kind };
  const structure = kindType(about.group, about.version, about.kind)?.type;
  const own = about.kind === type.kind || structure === undefined;
  const subject = { ...subjectOf(served), part: name, about, ...(own ? {} : { schema: reference(structure.name) }) };
  if (about.kind.endsWith('Options')) return connections(`${path}/${name}`, subject);
  const operations = ['create', 'get', 'update', 'patch'].filter((verb) => part.verbs.includes(verb));
  return [[`${path}/${name}`, operations.flatMap((verb) => operationOf(verb, subject, served))]];
}

/** What passes through the server: a stream, or another server's answers. */
function connections(path: string, subject: Subject): readonly Path[] {
  const isProxy = subject.part === 'proxy';
  const methods = isProxy ? ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] : ['get', 'post'];
  const named = [nameOf(subject.about.kind), ...scope(subject)];
  const operations = (suffix: string, more: readonly Parameter[]): readonly Operation[] =>
    methods.map((method) => ({
      method,
      said: {
        tags: [subject.tag],
        description: `connect ${method.toUpperCase()} requests to ${subject.part} of ${subject.kind}`,
        operationId: `connect${subject.version}${capital(method)}${called(subject)}${suffix}`,
        responses: responsesOf(['200'], ['*/*'], { type: 'string' }),
        ...marks('connect', subject),
      },
      parameters: [...named, ...optionsOf(subject.about), ...more],
    }));
  const paths: Path[] = [[path, operations('', [])]];
  if (isProxy) paths.push([`${path}/{path}`, operations('WithPath', [PATH])]);
  return paths;
}

/** `NamespacedPodStatus` */
function called({ namespaced, kind, part }: Subject): string {
  return `${namespaced ? 'Namespaced' : ''}${kind}${part === undefined ? '' : capital(part)}`;
}

function marks(action: string, { about }: Subject): JsonObject {
  return { 'x-kubernetes-action': action, 'x-kubernetes-group-version-kind': { ...about } };
}

/** What one verb is called and does. */
interface Verb {
  readonly method: string;
  readonly id: string;
  /** `replace the specified Pod`, `replace status of the specified Pod`. */
  readonly words: string;
  readonly article: 'the specified' | 'a';
  readonly statuses: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly body?: 'object' | 'patch' | 'deletion';
}

const OF_ALL: readonly string[] = ['200', '201', '202'];
const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['get', { method: 'get', id: 'read', words: 'read', article: 'the specified', statuses: ['200'], parameters: [] }],
  [
    'create',
    {
      method: 'post',
      id: 'create',
      words: 'create',
      article: 'a',
      statuses: OF_ALL,
      parameters: WRITING,
      body: 'object',
    },
  ],
  [
    'update',
    {
      method: 'put',
      id: 'replace',
      words: 'replace',
      article: 'the specified',
      statuses: ['200', '201'],
      parameters: WRITING,
      body: 'object',
    },
  ],
  [
    'patch',
    {
      method: 'patch',
      id: 'patch',
      words: 'partially update',
      article: 'the specified',
      statuses: ['200', '201'],
      parameters: [...WRITING, FORCE],
      body: 'patch',
    },
  ],
  [
    'delete',
    {
      method: 'delete',
      id: 'delete',
      words: 'delete',
      article: 'a',
      statuses: ['200', '202'],
      parameters: DELETION,
      body: 'deletion',
    },
  ],
]);

function operationOf(verb: string, subject: Subject, served: Served): readonly Operation[] {
  if (verb === 'list') return [listing(subject, served, false)];
  if (verb === 'deletecollection') return [deletingAll(subject)];
  const known = VERBS.get(verb);
  if (known === undefined) return [];
  const { method, id, words, article, statuses, body } = known;
  const named = verb === 'create' && subject.part === undefined ? [] : [nameOf(subject.about.kind)];
  const what = subject.part === undefined ? '' : `${subject.part} of `;
  const said = {
    tags: [subject.tag],
    description: `${words} ${what}${article === 'a' ? articleOf(subject.kind) : `${article} `}${subject.kind}`,
    operationId: `${id}${subject.version}${called(subject)}`,
    ...(body === undefined ? {} : { requestBody: bodyOf(body, subject) }),
    responses: responsesOf(statuses, typesOf(subject), answerOf(verb, subject, served)),
    ...marks(method, subject),
  };
  const options = subject.part === 'log' ? optionsOf({ group: '', version: 'v1', kind: 'PodLogOptions' }) : [];
  return [{ method, said, parameters: [...known.parameters, ...named, ...scope(subject), ...options, PRETTY] }];
}

/** With a blank behind it; plurals have none. */
function articleOf(kind: string): string {
  if (/[^s]s$/.test(kind)) return '';
  return /^[AEIOU]/.test(kind) ? 'an ' : 'a ';
}

function scope({ namespaced }: Subject): readonly Parameter[] {
  return namespaced ? [NAMESPACE] : [];
}

function typesOf({ part, custom }: Subject): readonly string[] {
  if (custom) return OBJECT_TYPES.filter((type) => !type.includes('protobuf'));
  return part === 'log' ? [...OBJECT_TYPES, 'text/plain'] : OBJECT_TYPES;
}

function answerOf(verb: string, subject: Subject, { kind }: Served): JsonObject {
  if (subject.part === 'log') return { type: 'string' };
  const answersObject = kind.answersDeleted === true && kind.departure === undefined;
  return verb === 'delete' && !answersObject ? reference(`${META}.Status`) : subject.schema;
}

function bodyOf(body: 'object' | 'patch' | 'deletion', { schema, custom }: Subject): JsonObject {
  if (body === 'object') return { content: { '*/*': { schema } }, required: true };
  if (body === 'deletion') return { content: { '*/*': { schema: reference(`${META}.DeleteOptions`) } } };
  const types = custom ? PATCH_TYPES.filter((type) => !type.includes('strategic')) : PATCH_TYPES;
  const patch = { schema: reference(`${META}.Patch`) };
  return { content: Object.fromEntries(types.map((type) => [type, patch])), required: true };
}

function deletingAll(subject: Subject): Operation {
  const said = {
    tags: [subject.tag],
    description: `delete collection of ${subject.kind}`,
    operationId: `delete${subject.version}Collection${called(subject)}`,
    requestBody: bodyOf('deletion', subject),
    responses: responsesOf(['200'], typesOf(subject), reference(`${META}.Status`)),
    ...marks('deletecollection', subject),
  };
  return { method: 'delete', said, parameters: [...COLLECTION_DELETION, ...scope(subject), PRETTY] };
}

function listing(subject: Subject, { type, names }: Served, everywhere: boolean): Operation {
  const { custom, kind, version } = subject;
  const listKind = names.listKind ?? `${kind}List`;
  const structure = kindType(type.group, type.version, listKind)?.type;
  const schema = reference(structure === undefined ? customName({ ...type, kind: listKind }) : structure.name);
  const said = {
    tags: [subject.tag],
    description: `${names.verbs.includes('watch') ? 'list or watch' : 'list'} objects of kind ${kind}`,
    operationId: everywhere ? `list${version}${kind}ForAllNamespaces` : `list${version}${called(subject)}`,
    responses: responsesOf(['200'], custom ? typesOf(subject) : WATCH_TYPES, schema),
    ...marks('list', subject),
  };
  return { method: 'get', said, parameters: [...LISTING, ...(everywhere ? [] : scope(subject)), PRETTY] };
}

const INSTEAD = "deprecated: use the 'watch' parameter with a list operation instead";

function watching(subject: Subject, what: '' | 'List' | 'ListForAllNamespaces'): Operation {
  const { kind, version, namespaced } = subject;
  const all = what === 'ListForAllNamespaces';
  const one = `watch changes to an object of kind ${kind}. ${INSTEAD}, filtered to a single item with the 'fieldSelector' parameter.`;
  const said = {
    tags: [subject.tag],
    description: what === '' ? one : `watch individual changes to a list of ${kind}. ${INSTEAD}.`,
    operationId: `watch${version}${all || !namespaced ? '' : 'Namespaced'}${kind}${what}`,
    responses: responsesOf(['200'], WATCH_TYPES, reference(`${META}.WatchEvent`)),
    ...marks(what === '' ? 'watch' : 'watchlist', subject),
  };
  const named = what === '' ? [nameOf(kind)] : [];
  return { method: 'get', said, parameters: [...LISTING, ...named, ...(all ? [] : scope(subject)), PRETTY] };
}

/** Parameters that all operations of a path have are said of the path. */
function pathItem(operations: readonly Operation[], docs: Documentation): JsonObject {
  const [first] = operations;
  const isCommon = (one: Parameter): boolean => operations.every(({ parameters }) => hasParameter(parameters, one));
  const common = (first?.parameters ?? []).filter(isCommon);
  const items = operations.map(({ method, said, parameters }) => {
    const { tags, description, operationId, ...rest } = said;
    const own = parametersIn(
      parameters.filter((one) => !hasParameter(common, one)),
      docs,
    );
    return [method, { tags, description, operationId, ...own, ...rest } as JsonObject] as const;
  });
  return { ...Object.fromEntries(items), ...parametersIn(common, docs) };
}

function hasParameter(parameters: readonly Parameter[], { name, in: where }: Parameter): boolean {
  return parameters.some((one) => one.name === name && one.in === where);
}

function parametersIn(parameters: readonly Parameter[], docs: Documentation): JsonObject {
  if (parameters.length === 0) return {};
  const sorted = [...parameters].sort((a, b) =>
    a.name === b.name ? (a.in < b.in ? -1 : 1) : a.name < b.name ? -1 : 1,
  );
  return { parameters: sorted.map((one) => parameterSchema(one, docs)) };
}

// What can be asked of a collection: a path for each place, an operation for each method. How a version of OpenAPI writes
// them is told elsewhere (pathitems.ts, version2.ts).

import { capital } from '../../kube/go/text.ts';
import type { JsonObject } from '../../kube/json.ts';
import type { GroupVersionKind } from '../../kube/resource.ts';
import { kindType, type Subresource } from '../../schema/schema.ts';
import type { Served } from '../registry.ts';
import { LISTING, NAMESPACE, nameOf, optionsOf, PATH, type Parameter, PRETTY } from './parameters.ts';
import { BUILT_IN, CUSTOM, collectionDeletion, type MediaTypes, type Verb, verbOf } from './verbs.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** What goes in or comes out: the full name of its definition; text when there is none. */
export interface Answer {
  readonly definition?: string;
}

/** One method at one path. */
export interface Operation {
  readonly method: string;
  readonly tag: string;
  readonly description: string;
  readonly id: string;
  readonly parameters: readonly Parameter[];
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  readonly body?: Answer & { readonly required: boolean };
  readonly statuses: readonly string[];
  readonly answers: Answer;
  /** What is done there, and to which kind; of resources. */
  readonly marks: JsonObject;
}

export type Path = readonly [path: string, operations: readonly Operation[]];

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
  readonly definition: string;
  readonly custom: boolean;
  readonly types: MediaTypes;
}

/** `rbac.authorization.k8s.io` is tagged as rbacAuthorization. */
export function tagOf(group: string): string {
  const [first = '', ...others] = (group === '' ? 'core' : group.replace(/\.k8s\.io$/, '')).split('.');
  return [first, ...others.map(capital)].join('');
}

/** All paths of the collections of one group and version. */
export function pathsOf(served: readonly Served[]): readonly Path[] {
  const [first] = served;
  const paths = served.flatMap((each) => pathsOfResource(each));
  return first === undefined || first.custom ? paths : [rootPath(first), ...paths];
}

/** `api/v1`, `apis/apps/v1`. */
export function groupPath({ group, version }: Served['type']): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

function rootPath({ type }: Served): Path {
  const tag = tagOf(type.group);
  const operation = readable({
    tag: `${tag}_${type.version}`,
    description: 'get available resources',
    id: `get${capital(tag)}${capital(type.version)}APIResources`,
    answers: { definition: `${META}.APIResourceList` },
  });
  return [`/${groupPath(type)}/`, [operation]];
}

/** What is read without being a resource. */
export function readable(
  what: Pick<Operation, 'tag' | 'description' | 'id' | 'answers'> & Partial<Operation>,
): Operation {
  const { objects } = BUILT_IN;
  return { method: 'get', parameters: [], consumes: objects, produces: objects, statuses: ['200'], marks: {}, ...what };
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
    definition: custom ? customName(type) : structure.name,
    custom,
    types: custom ? CUSTOM : BUILT_IN,
  };
}

/** The name of a custom resource's definition: the group backwards. */
export function customName({ group, version, kind }: GroupVersionKind): string {
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`;
}

function pathsOfPart(path: string, { name, ...part }: Subresource, served: Served): readonly Path[] {
  const { type, custom } = served;
  const about = { group: part.group ?? type.group, version: part.version ?? type.version, kind: part.kind };
  const structure = kindType(about.group, about.version, about.kind)?.type;
  const isOther = about.kind !== type.kind && structure !== undefined;
  const subject: Subject = {
    ...subjectOf(served),
    part: name,
    ...(custom ? {} : { about }),
    ...(isOther ? { definition: structure.name } : {}),
  };
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
      tag: subject.tag,
      description: `connect ${method.toUpperCase()} requests to ${subject.part} of ${subject.kind}`,
      id: `connect${subject.version}${capital(method)}${called(subject)}${suffix}`,
      consumes: ['*/*'],
      produces: ['*/*'],
      statuses: ['200'],
      answers: {},
      marks: marks('connect', subject),
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

function operationOf(verb: string, subject: Subject, served: Served): readonly Operation[] {
  if (verb === 'list') return [listing(subject, served, false)];
  if (verb === 'deletecollection') return [deletingAll(subject)];
  const known = verbOf(verb, subject.custom);
  if (known === undefined) return [];
  const { method, id, words, article, statuses, body } = known;
  const named = verb === 'create' && subject.part === undefined ? [] : [nameOf(subject.about.kind)];
  const what = subject.part === undefined ? '' : `${subject.part} of `;
  const isLog = subject.part === 'log';
  const options = isLog ? optionsOf({ group: '', version: 'v1', kind: 'PodLogOptions' }) : [];
  return [
    {
      method,
      tag: subject.tag,
      description: `${words} ${what}${article === 'a' ? articleOf(subject.kind) : `${article} `}${subject.kind}`,
      id: `${id}${subject.version}${called(subject)}`,
      ...takenOf(body, subject),
      produces: isLog ? ['text/plain', ...subject.types.objects] : subject.types.objects,
      statuses,
      answers: answerOf(verb, subject, served),
      marks: marks(method, subject),
      parameters: [...known.parameters, ...named, ...scope(subject), ...options, PRETTY],
    },
  ];
}

/** With a blank behind it; plurals have none. */
function articleOf(kind: string): string {
  if (/[^s]s$/.test(kind)) return '';
  return /^[AEIOU]/.test(kind) ? 'an ' : 'a ';
}

function scope({ namespaced }: Subject): readonly Parameter[] {
  return namespaced ? [NAMESPACE] : [];
}

function answerOf(verb: string, subject: Subject, { kind }: Served): Answer {
  if (subject.part === 'log') return {};
  const answersObject = kind.answersDeleted === true && kind.departure === undefined;
  return { definition: verb === 'delete' && !answersObject ? `${META}.Status` : subject.definition };
}

/** What a request carries, and in which types. */
function takenOf(body: Verb['body'], { definition, types }: Subject): Pick<Operation, 'consumes' | 'body'> {
  const { consumes, patches } = types;
  if (body === 'object') return { consumes, body: { definition, required: true } };
  if (body === 'patch') return { consumes: patches, body: { definition: `${META}.Patch`, required: true } };
  if (body === 'deletion') return { consumes, body: { definition: `${META}.DeleteOptions`, required: false } };
  return { consumes };
}

function deletingAll(subject: Subject): Operation {
  const { parameters, body } = collectionDeletion(subject.custom);
  return {
    method: 'delete',
    tag: subject.tag,
    description: `delete collection of ${subject.kind}`,
    id: `delete${subject.version}Collection${called(subject)}`,
    ...takenOf(body, subject),
    produces: subject.types.objects,
    statuses: ['200'],
    answers: { definition: `${META}.Status` },
    marks: marks('deletecollection', subject),
    parameters: [...parameters, ...scope(subject), PRETTY],
  };
}

function listing(subject: Subject, { type, names }: Served, everywhere: boolean): Operation {
  const { custom, kind, version, types } = subject;
  const listKind = names.listKind ?? `${kind}List`;
  const structure = custom ? undefined : kindType(type.group, type.version, listKind)?.type;
  return {
    method: 'get',
    tag: subject.tag,
    description: `${names.verbs.includes('watch') && !custom ? 'list or watch' : 'list'} objects of kind ${kind}`,
    id: everywhere ? `list${version}${kind}ForAllNamespaces` : `list${version}${called(subject)}`,
    consumes: types.consumes,
    produces: types.streams,
    statuses: ['200'],
    answers: { definition: structure?.name ?? customName({ ...type, kind: listKind }) },
    marks: marks('list', subject),
    parameters: [...LISTING, ...(everywhere ? [] : scope(subject)), PRETTY],
  };
}

const INSTEAD = "deprecated: use the 'watch' parameter with a list operation instead";

function watching(subject: Subject, what: '' | 'List' | 'ListForAllNamespaces'): Operation {
  const { kind, version, namespaced, types } = subject;
  const all = what === 'ListForAllNamespaces';
  const one = `watch changes to an object of kind ${kind}. ${INSTEAD}, filtered to a single item with the 'fieldSelector' parameter.`;
  const named = what === '' ? [nameOf(kind)] : [];
  return {
    method: 'get',
    tag: subject.tag,
    description: what === '' ? one : `watch individual changes to a list of ${kind}. ${INSTEAD}.`,
    id: `watch${version}${all || !namespaced ? '' : 'Namespaced'}${kind}${what}`,
    consumes: types.consumes,
    produces: types.streams,
    statuses: ['200'],
    answers: { definition: `${META}.WatchEvent` },
    marks: marks(what === '' ? 'watch' : 'watchlist', subject),
    parameters: [...LISTING, ...named, ...(all ? [] : scope(subject)), PRETTY],
  };
}

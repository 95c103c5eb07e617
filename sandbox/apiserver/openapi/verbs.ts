// What a verb is called in the documents, what it takes and what it answers: one row each, for both versions of OpenAPI.

import {
  COLLECTION_DELETION,
  DELETION,
  FORCE,
  LISTING,
  type Parameter,
  RESOURCE_VERSION,
  WRITING,
} from './parameters.ts';

const OBJECT_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** What a server of resources reads and writes, in the order of its own words. */
export interface MediaTypes {
  readonly consumes: readonly string[];
  readonly objects: readonly string[];
  readonly streams: readonly string[];
  readonly patches: readonly string[];
}

export const BUILT_IN: MediaTypes = {
  consumes: ['*/*'],
  objects: OBJECT_TYPES,
  streams: [...OBJECT_TYPES, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'],
  patches: [
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/strategic-merge-patch+json',
    'application/apply-patch+yaml',
  ],
};

const CUSTOM_TYPES = ['application/json', 'application/yaml'];

export const CUSTOM: MediaTypes = {
  consumes: CUSTOM_TYPES,
  objects: CUSTOM_TYPES,
  streams: CUSTOM_TYPES,
  patches: BUILT_IN.patches.filter((type) => !type.includes('strategic')),
};

/** What one verb is called and does. */
export interface Verb {
  readonly method: string;
  /** Of the operation's name: `readCoreV1NamespacedPod`. */
  readonly id: string;
  /** `replace the specified Pod`, `replace status of the specified Pod`. */
  readonly words: string;
  readonly article: 'the specified' | 'a';
  readonly statuses: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly body?: 'object' | 'patch' | 'deletion';
}

const OK = ['200'];
const MADE = ['200', '201'];

/** Verbs that ask for one object. */
const VERBS: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['get', { method: 'get', id: 'read', words: 'read', article: 'the specified', statuses: OK, parameters: [] }],
  [
    'create',
    {
      method: 'post',
      id: 'create',
      words: 'create',
      article: 'a',
      statuses: [...MADE, '202'],
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
      statuses: MADE,
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
      statuses: MADE,
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

/** What the documents of custom resources say otherwise. */
const OF_CUSTOM: Readonly<Record<string, Partial<Verb>>> = {
  get: { parameters: [RESOURCE_VERSION] },
  patch: { statuses: OK },
};

export function verbOf(name: string, custom: boolean): Verb | undefined {
  const known = VERBS.get(name);
  return known === undefined || !custom ? known : { ...known, ...OF_CUSTOM[name] };
}

/** How a collection is deleted: of custom resources as it is listed, without a word on options. */
export function collectionDeletion(custom: boolean): Pick<Verb, 'parameters' | 'body'> {
  return custom ? { parameters: LISTING } : { parameters: COLLECTION_DELETION, body: 'deletion' };
}

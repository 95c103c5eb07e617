// The objects that a command works on: what its arguments, files and selectors say, found and visited one by one.

import { quote } from '../../../sandbox/kube/go/text.ts';
import { parseLabelSelector } from '../../../sandbox/kube/selectors/labelselectorparser.ts';
import { matchesLabels } from '../../../sandbox/kube/selectors/labelselectors.ts';
import type { Blocking, Sys } from '../../../sandbox/machine/sys.ts';
import type { Mapper } from '../discovery/mapper.ts';
import type { Mapping } from '../discovery/mapping.ts';
import { asError, ExitError, SeveralErrors } from '../errors.ts';
import type { RestClient } from '../rest/client.ts';
import type { Document } from './documents.ts';
import type { FileOptions } from './files.ts';
import { type Info, isList, isNamespaced, metaMap, withMeta } from './info.ts';
import { type Plan, planOf } from './plan.ts';
import { ACCEPT_SCHEME, fetchInfo, type RequestForm } from './requests.ts';
import { confirmKnown, type Failed, infoOf, itemsOf } from './sources.ts';

/** What is asked for. Absent fields are off. */
export interface Selection {
  /** Where names are looked for, and what objects of files get that have none; empty for all namespaces. */
  readonly namespace: string;
  readonly allNamespaces?: boolean;
  /** Objects of files may not name another namespace. */
  readonly enforceNamespace?: boolean;
  readonly files?: FileOptions;
  /** `TYPE NAME...`, `TYPE/NAME...`. */
  readonly args?: readonly string[];
  /** A type alone means all its objects. */
  readonly allOfType?: boolean;
  /** Names, each of which may carry its type; others are of `defaultType`. */
  readonly named?: { readonly names: readonly string[]; readonly defaultType: string };
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly selectAll?: boolean;
  /** That all are meant is known before the selectors are read: which of the two is told to be one too many. */
  readonly allBeforeSelectors?: boolean;
  /** Objects in one page of a list; 0 and less for all. */
  readonly chunkSize?: number;
  readonly subresource?: string;
  /** Lists count as the objects in them. */
  readonly flatten?: boolean;
  /** Objects of files are fetched from the server. */
  readonly latest?: boolean;
  /** Named objects need not be fetched. */
  readonly withoutObjects?: boolean;
  readonly continueOnError?: boolean;
  /** The server is not to be asked. */
  readonly local?: boolean;
  readonly singleType?: boolean;
  /** What is sent along with requests. */
  readonly form?: RequestForm;
  /** Objects are read as their types, so that kinds which kubectl doesn't know can't be in files. */
  readonly typed?: boolean;
  /** Throws when a document of a file is not in order. */
  readonly validate?: (document: Document) => Blocking<void>;
  /** Something else reads standard input. */
  readonly stdinTaken?: boolean;
}

export interface SelectionDeps {
  readonly sys: Sys;
  readonly mapper: () => Blocking<Mapper>;
  readonly client: () => Blocking<RestClient>;
  /** Objects of a folder with a kustomization, as one text. */
  readonly kustomize: (folder: string) => Blocking<string>;
}

export type Each = (info: Info) => Blocking<void>;

export interface Selected {
  /** One object is meant, so that no list need be made around it. */
  readonly singleItem: boolean;
  /** Objects are named one by one, not by their type or labels. */
  readonly targetsItems: boolean;
  /** The collections or objects that a watch can be set on; undefined for files. */
  readonly watchable: readonly Watchable[] | undefined;
  /** How many places the objects come from. */
  readonly sources: number;
  visit(each: Each): Blocking<void>;
  infos(): Blocking<readonly Info[]>;
}

export interface Watchable {
  readonly mapping: Mapping;
  readonly namespace: string;
  /** Empty for a whole collection. */
  readonly name: string;
}

/** Finds out what is meant. Objects are read when they are visited. Throws for what can't be meant. */
export function* select(deps: SelectionDeps, asked: Selection): Blocking<Selected> {
  const selection = asked.typed ? { ...asked, form: { accept: ACCEPT_SCHEME, ...asked.form } } : asked;
  const plan = yield* planOf(deps, selection);
  const visit = (each: Each): Blocking<void> => visitAll(deps, selection, plan, each);
  const watchables = plan.sources.flatMap(({ watchable }) => watchable ?? []);
  return {
    singleItem: plan.singleItem,
    targetsItems: plan.targetsItems,
    watchable: plan.fromFiles ? undefined : watchables,
    sources: plan.sources.length,
    visit,
    *infos() {
      const infos: Info[] = [];
      yield* visit(function* (info) {
        infos.push(info);
      });
      return infos;
    },
  };
}

/**
 * Visits all sources. What goes wrong with an object that was found is told apart from what goes wrong while objects are
 * still being looked for: the latter comes last, as one error.
 */
function* visitAll(deps: SelectionDeps, selection: Selection, plan: Plan, each: Each): Blocking<void> {
  const goOn = selection.continueOnError === true;
  const ofObjects: Error[] = [];
  const ofSources: Error[] = [];
  const collectIn =
    (errors: Error[]): Failed =>
    (error) => {
      if (!goOn || error instanceof ExitError) throw error;
      errors.push(error);
    };
  const failed = collectIn(ofSources);
  const found = guarded(collectIn(ofObjects), function* (info) {
    yield* prepare(deps, selection, info);
    yield* each(info);
  });
  const visitor = selection.flatten ? flattened(deps, selection, found) : found;
  const looker = guarded(failed, plan.fromFiles ? fromFiles(deps, selection, visitor) : visitor);
  for (const source of plan.sources) {
    try {
      yield* source.visit(looker, failed);
    } catch (error) {
      failed(asError(error));
    }
  }
  throwAll(ofObjects, ofSources);
}

function guarded(failed: Failed, visitor: Each): Each {
  return function* (info) {
    try {
      yield* visitor(info);
    } catch (error) {
      failed(asError(error));
    }
  };
}

/** What is in a file is looked up on the server when that is wished, and left out when selectors don't let it through. */
function fromFiles(deps: SelectionDeps, selection: Selection, next: Each): Each {
  const visitor: Each = function* (info) {
    if (selection.latest) yield* fetchLatest(deps, selection, info);
    if (matchesSelector(selection, info)) yield* next(info);
  };
  return selection.flatten ? flattened(deps, selection, visitor) : visitor;
}

function throwAll(ofObjects: readonly Error[], ofSources: readonly Error[]): void {
  const errors = ofSources.length === 0 ? ofObjects : [...ofObjects, new SeveralErrors(ofSources)];
  const [only] = errors;
  if (only === undefined) return;
  throw errors.length === 1 ? only : new SeveralErrors(errors);
}

function* fetchLatest(deps: SelectionDeps, selection: Selection, info: Info): Blocking<void> {
  if (info.object !== undefined && isList(info.object)) {
    throw new Error(
      'watch is only supported on individual resources and resource collections, but a list of resources is found',
    );
  }
  if (isNamespaced(info) && info.namespace === '') info.namespace = selection.namespace;
  if (info.name !== '') yield* fetchInfo(yield* deps.client(), info, selection.form);
}

function matchesSelector({ labelSelector }: Selection, info: Info): boolean {
  const selector = labelSelector?.trim() ?? '';
  return (
    selector === '' ||
    info.object === undefined ||
    matchesLabels(parseLabelSelector(selector), metaMap(info.object, 'labels'))
  );
}

/** What every object goes through before its command sees it. */
function* prepare(deps: SelectionDeps, selection: Selection, info: Info): Blocking<void> {
  if (isNamespaced(info)) placeIn(info, selection);
  else if (info.namespace !== '') {
    info.namespace = '';
    if (info.object !== undefined) info.object = withMeta(info.object, 'namespace', undefined);
  }
  if (info.object === undefined && !selection.withoutObjects) {
    yield* fetchInfo(yield* deps.client(), info, selection.form);
  }
  if (selection.typed && info.object !== undefined) confirmKnown(info.object);
}

function placeIn(info: Info, { namespace, enforceNamespace }: Selection): void {
  if (info.namespace === '') {
    info.namespace = namespace;
    const list = info.object !== undefined && isList(info.object);
    if (info.object !== undefined && !list && namespace !== '') {
      info.object = withMeta(info.object, 'namespace', namespace);
    }
  } else if (enforceNamespace && info.namespace !== namespace) {
    throw new Error(
      `the namespace from the provided object ${quote(info.namespace)} does not match the namespace ` +
        `${quote(namespace)}. You must pass '--namespace=${info.namespace}' to perform this operation.`,
    );
  }
}

function flattened(deps: SelectionDeps, selection: Selection, found: Each): Each {
  return function* (info) {
    if (info.object === undefined || !isList(info.object)) {
      yield* found(info);
      return;
    }
    const errors: Error[] = [];
    for (const item of itemsOf(info.object)) {
      try {
        yield* found(yield* infoOf(deps, selection, item, info.source, false));
      } catch (error) {
        if (error instanceof ExitError) throw error;
        errors.push(asError(error));
      }
    }
    if (errors.length > 0) throw new SeveralErrors(errors);
  };
}

// What a selection's arguments, files and selectors mean together, and what they can't mean.

import { quote } from '../../../sandbox/kube/go/text.ts';
import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Mapping } from '../discovery/mapping.ts';
import { asError, SeveralErrors } from '../errors.ts';
import { type ResourceName, readArguments, splitResourceName, splitTypes } from './arguments.ts';
import { fileOptionErrors, findSources } from './files.ts';
import { lookup } from './lookup.ts';
import type { Selection, SelectionDeps } from './selection.ts';
import { collectionSource, fileSource, kustomizeSource, namedSource, type Source } from './sources.ts';

export interface Plan {
  readonly sources: readonly Source[];
  readonly singleItem: boolean;
  readonly targetsItems: boolean;
  readonly fromFiles: boolean;
}

/** Neither arguments nor files say what is meant. */
export const NOTHING_NAMED = new Error(`You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`);

/** Throws for what can't be meant. */
export function* planOf(deps: SelectionDeps, selection: Selection): Blocking<Plan> {
  const errors: Error[] = [];
  const files = filePlan(deps, selection, errors);
  const tuples: ResourceName[] = namedTuples(selection, errors);
  const types: string[] = [];
  const names: string[] = [];
  let everything = false;
  try {
    const read = readArguments(selection.args ?? []);
    if (read.kind === 'named') tuples.push(...read.tuples);
    if (read.kind === 'types') {
      types.push(...splitTypes(yield* withCategories(deps, read.types)));
      names.push(...read.names);
      everything = read.names.length === 0 && selection.allOfType === true;
    }
  } catch (error) {
    errors.push(asError(error));
  }
  const label = selection.labelSelector?.trim() ?? '';
  const field = selection.fieldSelector?.trim() ?? '';
  errors.push(...doubleSelection(selection, label, field));
  if (errors.length > 0) throw new SeveralErrors(errors);
  if (files !== undefined) return checkedFilePlan(files, types, names, tuples);
  if (label !== '' || field !== '' || everything || selection.selectAll) {
    return yield* selectorPlan(deps, selection, { types, names, tuples, label, field });
  }
  if (tuples.length > 0) return yield* namedPlan(deps, selection, types, tuples);
  if (names.length > 0) return yield* typeAndNamesPlan(deps, selection, types, names);
  for (const type of types) yield* lookup(yield* deps.mapper(), type);
  throw types.length > 0 ? new Error('resource(s) were provided, but no name was specified') : NOTHING_NAMED;
}

/** All and a selector: too much. */
function doubleSelection(selection: Selection, label: string, field: string): readonly Error[] {
  if (!selection.selectAll || (label === '' && field === '')) return [];
  if (!selection.allBeforeSelectors) return [new Error("setting 'all' parameter but found a non empty selector. ")];
  const told = (what: string, text: string): Error =>
    new Error(`found non-empty ${what} selector ${quote(text)} with previously set 'all' parameter. `);
  return [
    ...(label === '' ? [] : [told('label', selection.labelSelector ?? '')]),
    ...(field === '' ? [] : [told('field', field)]),
  ];
}

function namedTuples({ named }: Selection, errors: Error[]): ResourceName[] {
  if (named === undefined) return [];
  try {
    return named.names.map((name) => {
      const tuple = splitResourceName(name);
      if (tuple !== undefined) return tuple;
      if (named.defaultType === '') throw new Error(`the argument ${quote(name)} must be RESOURCE/NAME`);
      return { resource: named.defaultType, name };
    });
  } catch (error) {
    errors.push(asError(error));
    return [];
  }
}

/** Categories among the types are replaced by what is in them. */
function* withCategories(deps: SelectionDeps, types: string): Blocking<string> {
  const mapper = yield* deps.mapper();
  const expanded: string[] = [];
  for (const type of types.split(',')) {
    const members = yield* mapper.category(type);
    const names = members?.map(({ group, resource }) => (group === '' ? resource : `${resource}.${group}`));
    expanded.push(names?.join(',') ?? type);
  }
  return expanded.join(',');
}

function filePlan(deps: SelectionDeps, selection: Selection, errors: Error[]): Plan | undefined {
  const { files } = selection;
  if (files === undefined) return undefined;
  const wrong = fileOptionErrors(files);
  if (wrong.length > 0) {
    errors.push(...wrong);
    return undefined;
  }
  const found = findSources(deps.sys, files);
  errors.push(...found.errors);
  const stdins = found.sources.filter(({ kind }) => kind === 'stdin').length + (selection.stdinTaken ? 1 : 0);
  if (stdins > 1) errors.push(new Error('standard input cannot be used for multiple arguments'));
  const sources = found.sources.map((source) => fileSource(deps, selection, source));
  if (files.kustomize !== '') sources.push(kustomizeSource(deps, selection, files.kustomize));
  if (sources.length === 0) return undefined;
  const stream = found.sources.some(({ kind }) => kind === 'stdin');
  return {
    sources,
    singleItem: !found.folder && !stream && sources.length === 1,
    targetsItems: true,
    fromFiles: true,
  };
}

function checkedFilePlan(
  plan: Plan,
  types: readonly string[],
  names: readonly string[],
  tuples: readonly ResourceName[],
): Plan {
  if (types.length > 0) {
    throw new Error('when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well');
  }
  if (names.length > 0) throw new Error('name cannot be provided when a path is specified');
  if (tuples.length > 0) throw new Error('resource/name arguments cannot be provided when a path is specified');
  return plan;
}

interface Bulk {
  readonly types: readonly string[];
  readonly names: readonly string[];
  readonly tuples: readonly ResourceName[];
  readonly label: string;
  readonly field: string;
}

function* selectorPlan(deps: SelectionDeps, selection: Selection, bulk: Bulk): Blocking<Plan> {
  if (bulk.names.length > 0) throw new Error('name cannot be provided when a selector is specified');
  if (bulk.tuples.length > 0) {
    throw new Error('selectors and the all flag cannot be used when passing resource/name arguments');
  }
  if (bulk.types.length === 0) throw new Error('at least one resource must be specified to use a selector');
  if (selection.subresource) throw new Error('subresource cannot be used when bulk resources are specified');
  const mappings = yield* mappingsOf(deps, selection, bulk.types);
  const sources = mappings.map((mapping) => collectionSource(deps, selection, mapping, bulk.label, bulk.field));
  return { sources, singleItem: false, targetsItems: false, fromFiles: false };
}

function* mappingsOf(
  deps: SelectionDeps,
  selection: Selection,
  types: readonly string[],
): Blocking<readonly Mapping[]> {
  if (types.length > 1 && selection.singleType) throw new Error('you may only specify a single resource type');
  const mapper = yield* deps.mapper();
  const mappings = new Map<string, Mapping>();
  for (const type of types) {
    const mapping = yield* lookup(mapper, type);
    const key = `${mapping.group}/${mapping.version}/${mapping.kind}`;
    if (!mappings.has(key)) mappings.set(key, mapping);
  }
  return [...mappings.values()];
}

function* namedPlan(
  deps: SelectionDeps,
  selection: Selection,
  types: readonly string[],
  tuples: readonly ResourceName[],
): Blocking<Plan> {
  if (types.length > 0) {
    throw new Error('you may not specify individual resources and bulk resources in the same call');
  }
  const mapper = yield* deps.mapper();
  const mappings = new Map<string, Mapping>();
  for (const { resource } of tuples) {
    if (!mappings.has(resource)) mappings.set(resource, yield* lookup(mapper, resource));
  }
  const collections = new Set(
    [...mappings.values()].map(({ group, version, resource }) => `${group}/${version}/${resource}`),
  );
  if (collections.size > 1 && selection.singleType) throw new Error('you may only specify a single resource type');
  const sources = tuples.flatMap(({ resource, name }) => {
    const mapping = mappings.get(resource);
    return mapping === undefined ? [] : [namedSource(selection, mapping, name)];
  });
  return { sources, singleItem: tuples.length === 1, targetsItems: true, fromFiles: false };
}

function* typeAndNamesPlan(
  deps: SelectionDeps,
  selection: Selection,
  types: readonly string[],
  names: readonly string[],
): Blocking<Plan> {
  if (types.length > 1) throw new Error('you must specify only one resource');
  const [mapping] = yield* mappingsOf(deps, selection, types);
  if (mapping === undefined) throw new Error('you must provide a resource and a resource name together');
  const sources = names.map((name) => namedSource(selection, mapping, name));
  return { sources, singleItem: names.length === 1, targetsItems: true, fromFiles: false };
}

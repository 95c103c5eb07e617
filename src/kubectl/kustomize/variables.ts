// vars: fields of resources that stand as $(NAME) in commands, arguments, environments and the like of others.

import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../sandbox/kube/json.ts';
import { splitPath, valueAt } from './fieldpath.ts';
import { changeAt, textAt } from './paths.ts';
import { gvkOf, isCalled, kindOf, type Resource, withObject } from './resource.ts';
import { isFor, type Place } from './transform.ts';

export interface Variable {
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly target: string;
  readonly namespace: string;
  readonly path: string;
}

function variableOf(given: JsonObject): Variable {
  const words = textAt(given, 'objref/apiVersion').split('/');
  const [group = '', version = ''] = words.length > 1 ? words : ['', ...words];
  return {
    name: textAt(given, 'name'),
    group: textAt(given, 'objref/group') || group,
    version: textAt(given, 'objref/version') || version,
    kind: textAt(given, 'objref/kind'),
    target: textAt(given, 'objref/name'),
    namespace: textAt(given, 'objref/namespace'),
    path: textAt(given, 'fieldref/fieldPath') || 'metadata.name',
  };
}

/** Those of a folder with those of the folders below. Throws when two have one name. */
export function mergedVariables(held: readonly Variable[], given: readonly Variable[]): readonly Variable[] {
  const all = [...held];
  for (const variable of given) {
    if (all.some(({ name }) => name === variable.name)) throw new Error(`var '${variable.name}' already encountered`);
    all.push(variable);
  }
  return all.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Resources that know which variables mean them, by the names that they have now. */
export function referred(resources: readonly Resource[], variables: readonly Variable[]): readonly Resource[] {
  return resources.map((resource) => {
    const mine = variables.filter((each) => isMeant(resource, each)).map(({ name }) => name);
    return mine.length === 0 ? resource : { ...resource, variables: [...(resource.variables ?? []), ...mine] };
  });
}

function isMeant(resource: Resource, { group, version, kind, target, namespace }: Variable): boolean {
  const gvk = gvkOf(resource);
  const here = namespace === '' || namespace === textAt(resource.object, 'metadata/namespace');
  return here && gvk.group === group && gvk.version === version && gvk.kind === kind && isCalled(resource, target);
}

export interface Resolved {
  readonly resources: readonly Resource[];
  /** Names that stand nowhere. */
  readonly unused: readonly string[];
}

/** All places with the values of the variables. Throws for a variable without a value. */
export function withVariables(
  resources: readonly Resource[],
  variables: readonly Variable[],
  more: readonly Place[],
): Resolved {
  const values = new Map(variables.map((each) => [each.name, variableValue(resources, each)]));
  const used = new Set<string>();
  const filled = resources.map((resource) =>
    [...placesOf(kindOf(resource)), ...more.filter((place) => isFor(place, resource)).map(({ path }) => path)].reduce(
      (each, path) =>
        withObject(
          each,
          changeAt(each.object, path, false, (value) => replaced(value ?? null, values, used)),
        ),
      resource,
    ),
  );
  return {
    resources: values.size === 0 ? resources : filled,
    unused: [...values.keys()].filter((name) => !used.has(name)),
  };
}

function variableValue(resources: readonly Resource[], variable: Variable): JsonValue {
  const { name, group, version, kind, path } = variable;
  const shown = `'{${name} ${kind}.${version || '[noVer]'}.${group || '[noGrp]'} {${path}}}'`;
  const resource = resources.find((each) => each.variables?.includes(name));
  if (resource === undefined) throw new Error(`var ${shown} cannot be mapped to a field in the set of known resources`);
  const value = valueAt(resource.object, splitPath(path.replaceAll(/\[(\d+)\]/g, '.$1')));
  if (value === undefined) throw new Error(`field specified in var ${shown} not found in corresponding resource`);
  return value;
}

const IN_POD = ['containers', 'initContainers']
  .flatMap((list) => ['args', 'command', 'env/value', 'volumeMounts/mountPath'].map((field) => `${list}/${field}`))
  .concat('volumes/nfs/server');

const POD_PATHS: Readonly<Record<string, string>> = {
  Pod: 'spec',
  CronJob: 'spec/jobTemplate/spec/template/spec',
  ...Object.fromEntries(
    ['DaemonSet', 'Deployment', 'Job', 'ReplicaSet', 'StatefulSet'].map((kind) => [kind, 'spec/template/spec']),
  ),
};

const MORE_PLACES: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec/template/metadata/annotations'],
  Ingress: ['spec/rules/host', 'spec/tls/hosts', 'spec/tls/secretName'],
  PersistentVolume: ['spec/nfs/server'],
  Service: ['spec/ports/port', 'spec/ports/targetPort'],
  StatefulSet: ['spec/volumeClaimTemplates/spec/nfs/server'],
};

function placesOf(kind: string): readonly string[] {
  const pod = Object.hasOwn(POD_PATHS, kind) ? POD_PATHS[kind] : undefined;
  const more = Object.hasOwn(MORE_PLACES, kind) ? (MORE_PLACES[kind] ?? []) : [];
  const inPod = pod === undefined ? [] : IN_POD.map((path) => `${pod}/${path}`);
  return [...inPod, ...more, 'metadata/labels', 'metadata/annotations'];
}

function replaced(value: JsonValue, values: ReadonlyMap<string, JsonValue>, used: Set<string>): JsonValue {
  if (typeof value === 'string') return withValues(value, values, used);
  if (isArray(value)) return value.map((item) => (typeof item === 'string' ? withValues(item, values, used) : item));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      typeof item === 'string' ? withValues(item, values, used) : (item ?? null),
    ]),
  );
}

/** `$(NAME)` alone becomes what the variable is; `$$` is a dollar sign. */
function withValues(text: string, values: ReadonlyMap<string, JsonValue>, used: Set<string>): JsonValue {
  const plainValue = (name: string): JsonValue | undefined => {
    const value = values.get(name);
    const isPlain = value !== undefined && value !== null && typeof value !== 'object';
    if (isPlain) used.add(name);
    return isPlain ? value : undefined;
  };
  const [, alone] = /^\$\(([^)]*)\)$/.exec(text) ?? [];
  if (alone !== undefined) return plainValue(alone) ?? text;
  return text.replaceAll(/\$(?:(\$)|\(([^)]*)\))/g, (whole, dollar?: string, name?: string) =>
    dollar === undefined ? String(plainValue(name ?? '') ?? whole) : '$',
  );
}

/** The variables that a kustomization gives. */
export function variablesOf(kustomization: JsonObject): readonly Variable[] {
  const given = own(kustomization, 'vars');
  return isArray(given) ? given.filter(isObject).map(variableOf) : [];
}

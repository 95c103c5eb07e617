// kubectl config set and unset: one value of the kubeconfig by its path.

import { base64Of, decodeBase64 } from '../../../../sandbox/kube/go/base64.ts';
import { quote } from '../../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../../sandbox/kube/json.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { Call } from '../../call.ts';
import { parseBool } from '../../cli/values.ts';
import type { Command } from '../../command.ts';
import { asError } from '../../errors.ts';
import { clusterFields, contextFields, type Entry, type Kubeconfig, userFields } from '../../kubeconfig/model.ts';
import { configCommand, entryOf, misused, onlyArgument, save, startingConfig } from './shared.ts';

type List = 'clusters' | 'contexts' | 'users';

const FIELDS: Readonly<Record<List, Readonly<Record<string, string>>>> = {
  clusters: clusterFields,
  contexts: contextFields,
  users: userFields,
};

function isList(text: string): text is List {
  return Object.hasOwn(FIELDS, text);
}

/** A path: `current-context`, `contexts.a.b.namespace`; names may have dots. */
interface Property {
  readonly list: List | undefined;
  readonly name: string;
  readonly field: string;
  /** What comes behind the field. */
  readonly rest: readonly string[];
}

function propertyOf(path: string): Property {
  const [first = '', ...parts] = path.split('.');
  if (first === 'current-context') return { list: undefined, name: '', field: first, rest: parts };
  if (!isList(first)) throw new Error(`unable to parse ${path} after [] at api.Config`);
  const fields = FIELDS[first];
  const at = parts.slice(1).findIndex((part) => Object.hasOwn(fields, part));
  if (at < 0) return { list: first, name: parts.join('.'), field: '', rest: [] };
  const [field = '', ...rest] = parts.slice(at + 1);
  return { list: first, name: parts.slice(0, at + 1).join('.'), field, rest };
}

function* set(call: Call): Blocking<void> {
  const [path = '', value = ''] = call.args;
  if (call.args.length !== 2) throw misused(call.args);
  if (value === '') throw new Error('you cannot use set to unset a property');
  if (path === '') throw new Error('you must specify a property');
  const config = yield* startingConfig(call);
  yield* save(call, config, withProperty(config, path, value, call.flags.bool('set-raw-bytes')));
  yield* call.out(`Property ${quote(path)} set.\n`);
}

function withProperty(config: Kubeconfig, path: string, value: string, raw: boolean): Kubeconfig {
  const { list, name, field, rest } = propertyOf(path);
  if (list === undefined) return { ...config, currentContext: value };
  if (field === '') throw new Error(`can't set a map to a value: map[${[...config[list].keys()].join(' ')}]`);
  const entries = new Map<string, Entry<JsonObject>>(config[list]);
  const entry = entries.get(name) ?? entryOf({});
  entries.set(name, { ...entry, value: withField(entry.value, field, rest, typed(list, field, value, raw)) });
  return { ...config, [list]: entries };
}

function withField(object: JsonObject, field: string, rest: readonly string[], value: JsonValue): JsonObject {
  const [next, ...more] = rest;
  if (next === undefined) return { ...object, [field]: value };
  const child = object[field];
  return { ...object, [field]: withField(isObject(child) ? child : {}, next, more, value) };
}

function typed(list: List, field: string, value: string, raw: boolean): JsonValue {
  if (FIELDS[list][field] === 'boolean') return boolOf(value);
  if (!field.endsWith('-data')) return value;
  if (raw) return base64Of(value);
  try {
    decodeBase64(value);
    return value;
  } catch (error) {
    throw new Error(`error decoding input value: ${asError(error).message}`);
  }
}

function boolOf(value: string): boolean {
  try {
    return parseBool(value);
  } catch (error) {
    throw new Error(asError(error).message);
  }
}

function* unset(call: Call): Blocking<void> {
  const path = onlyArgument(call);
  if (path === '') throw new Error('you must specify a property');
  const config = yield* startingConfig(call);
  yield* save(call, config, withoutProperty(config, path));
  yield* call.out(`Property ${quote(path)} unset.\n`);
}

function withoutProperty(config: Kubeconfig, path: string): Kubeconfig {
  const { list, name, field } = propertyOf(path);
  if (list === undefined) return { ...config, currentContext: '' };
  const entries = new Map<string, Entry<JsonObject>>(config[list]);
  const entry = entries.get(name);
  if (name === '') entries.clear();
  else if (field === '') entries.delete(name);
  else if (entry === undefined) throw new Error(`current map key \`${name}\` is invalid`);
  else {
    const { [field]: _, ...value } = entry.value;
    entries.set(name, { ...entry, value });
  }
  return { ...config, [list]: entries };
}

export const propertyCommands: readonly Command[] = [
  configCommand(
    'set',
    `
Set one value of the kubeconfig.

PROPERTY_NAME is a path with dots, each step the name of a field or of an entry. A binary value is given in base64, unless --set-raw-bytes says otherwise.`,
    `
# The server of a cluster
kubectl config set clusters.staging.server https://10.0.0.1

# The current context
kubectl config set current-context staging`,
    set,
  ),
  configCommand(
    'unset',
    'Take one value out of the kubeconfig.\n\nPROPERTY_NAME is a path with dots, each step the name of a field or of an entry.',
    `
# No current context
kubectl config unset current-context

# No namespace in a context
kubectl config unset contexts.staging.namespace`,
    unset,
  ),
];

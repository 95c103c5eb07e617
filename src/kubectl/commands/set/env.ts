// kubectl set env: environment variables of containers.

import { quote } from '../../../../sandbox/kube/go/text.ts';
import { isArray, isObject, type JsonObject } from '../../../../sandbox/kube/json.ts';
import { envVarName } from '../../../../sandbox/kube/names.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import type { V1Container, V1EnvVarSource } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { asError } from '../../errors.ts';
import { decodeText, readAll } from '../../files.ts';
import { type Info, kindOf, objectOf } from '../../resource/info.ts';
import { fileOptions } from '../shared/files.ts';
import { applyChanges, confirmPlace, confirmSelectors, findObjects, type SetOptions, setOptions } from './patching.ts';
import { containersIn, hasPodSpec, matchesName, withContainers, withPodSpec } from './podspecs.ts';
import { referencedValue, referenceText } from './references.ts';

interface EnvOptions extends SetOptions {
  readonly resources: readonly string[];
  readonly words: readonly string[];
}

interface EnvChange {
  readonly set: readonly JsonObject[];
  readonly remove: readonly string[];
  readonly stdinTaken: boolean;
}

export const setEnv = command<EnvOptions>({
  path: 'set env',
  long: `
Set, remove and list environment variables of the containers in pods and pod templates.

NAME=VALUE sets a variable, NAME- removes it, - reads settings from standard input. --from takes the keys of a config map or secret. All containers, unless -c names some.`,
  examples: `
# One variable of a deployment
kubectl set env deployment/web STORAGE=/data

# What is set
kubectl set env deployment/web --list

# All of a config map, with a prefix
kubectl set env --from=configmap/web --prefix=WEB_ deployment/web

# The variable is taken away
kubectl set env deployment/web STORAGE-`,
  *complete(call) {
    confirmSelectors(call);
    yield* call.restConfig();
    const { resources, words } = split(call.args);
    return { ...(yield* setOptions(call, 'env updated')), resources, words };
  },
  validate(options, call) {
    const { flags } = call;
    confirmPlace(call, options);
    if (fileOptions(call).filenames.length === 0 && options.resources.length === 0) {
      throw new Error('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    }
    if (flags.bool('list') && flags.string('output') !== '') {
      throw new Error('--list and --output may not be specified together');
    }
    if (flags.strings('keys').length > 0 && flags.string('from') === '') {
      throw new Error('when specifying --keys, a configmap or secret must be provided with --from');
    }
  },
  run,
});

function split(args: readonly string[]): { readonly resources: readonly string[]; readonly words: readonly string[] } {
  const isWord = (word: string): boolean => /^.+=/s.test(word) || word.endsWith('-');
  const first = args.findIndex(isWord);
  if (first < 0) return { resources: args, words: [] };
  if (!args.slice(first).every(isWord)) {
    throw new Error(`all resources must be specified before environment changes: ${args.join(' ')}`);
  }
  return { resources: args.slice(0, first), words: args.slice(first) };
}

function* run(options: EnvOptions, call: Call): Blocking<void> {
  const { flags } = call;
  const parsed = yield* parse(call, [...flags.strings('env'), ...options.words]);
  const from = flags.string('from') === '' ? [] : yield* variablesFrom(call, options, parsed.stdinTaken);
  const prefix = flags.string('prefix');
  const set = [...parsed.set, ...from].map((variable) => ({
    ...variable,
    name: `${prefix}${String(variable['name'])}`,
  }));
  const change = { ...parsed, set };
  const infos = yield* findObjects(call, options, options.resources, parsed.stdinTaken);
  if (flags.bool('list')) {
    for (const info of infos) if (hasPodSpec(info)) yield* changed(call, change, info);
    return;
  }
  yield* applyChanges(call, options, infos, {
    change: (info) => changed(call, change, info),
    failure: 'failed to patch env update to pod template:',
  });
}

function* parse(call: Call, words: readonly string[]): Blocking<EnvChange> {
  const set: JsonObject[] = [];
  const remove: string[] = [];
  let stdinTaken = false;
  for (const word of words) {
    if (word === '-') {
      const lines = decodeText(yield* readAll(call.sys, 0)).split('\n');
      set.push(...lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).map(variable));
      stdinTaken = true;
    } else if (word.includes('=')) set.push(variable(word));
    else if (word.endsWith('-')) remove.push(word.slice(0, -1));
    else throw new Error(`unknown environment variable: ${word}`);
  }
  if (set.some(({ name }) => remove.includes(String(name)))) {
    throw new Error('can not both modify and remove the same environment variable in the same command');
  }
  return { set, remove, stdinTaken };
}

function variable(word: string): JsonObject {
  const equals = word.indexOf('=');
  if (equals < 0) throw new Error(`invalid environment variable: ${word}`);
  const name = word.slice(0, equals);
  const problems = envVarName(name);
  if (problems.length > 0) throw new Error(`${quote(name)} is not a valid key name: ${problems.join(';')}`);
  const value = word.slice(equals + 1);
  return value === '' ? { name } : { name, value };
}

/** A variable for each key of a config map or secret. */
function* variablesFrom(call: Call, options: EnvOptions, stdinTaken: boolean): Blocking<readonly JsonObject[]> {
  const keys = call.flags.strings('keys');
  const variables: JsonObject[] = [];
  for (const info of yield* findObjects(call, options, [call.flags.string('from')], stdinTaken)) {
    const { kind } = kindOf(info);
    if (kind !== 'Secret' && kind !== 'ConfigMap') throw new Error('unsupported resource specified in --from');
    const { data } = objectOf(info);
    const ref = kind === 'Secret' ? 'secretKeyRef' : 'configMapKeyRef';
    for (const key of Object.keys(isObject(data) ? data : {})) {
      if (keys.length > 0 && !keys.includes(key)) continue;
      const name = key.replaceAll(/[^a-zA-Z0-9_]/g, '_').toUpperCase();
      if (name !== key) yield* call.warnings.show(`key ${key} transferred to ${name}`);
      variables.push({ name, valueFrom: { [ref]: { key, name: info.name } } });
    }
  }
  return variables;
}

function* changed(call: Call, { set, remove }: EnvChange, info: Info): Blocking<JsonObject> {
  const { flags } = call;
  const pattern = flags.string('containers');
  const isMeant = ({ name }: JsonObject): boolean => matchesName(String(name), pattern);
  let found: readonly JsonObject[] = [];
  const after = withPodSpec(info, (spec) => {
    const wanted = containersIn(spec).filter(isMeant);
    if (!flags.bool('overwrite')) for (const container of wanted) confirmNew(envOf(container), set);
    const result = withContainers(spec, isMeant, (container) => withEnv(container, set, remove));
    found = containersIn(result).filter(isMeant);
    return result;
  });
  if (found.length === 0) {
    const { kind } = kindOf(info);
    yield* call.warnings.show(`${kind}/${info.name} does not have any containers matching ${quote(pattern)}`);
  }
  if (flags.bool('list')) for (const container of found) yield* list(call, info, container);
  return after;
}

function envOf({ env }: JsonObject): readonly JsonObject[] {
  return isArray(env) ? env.filter(isObject) : [];
}

function confirmNew(env: readonly JsonObject[], set: readonly JsonObject[]): void {
  for (const { name, value } of set) {
    const known = env.find((each) => each['name'] === name);
    const [before, after] = [String(known?.['value'] ?? ''), String(value ?? '')];
    if (known !== undefined && before !== after) {
      throw new Error(`'${String(name)}' already has a value (${before}), and --overwrite is false`);
    }
  }
}

/** New values stand where the old ones stood; others come at the end. */
function withEnv(container: JsonObject, set: readonly JsonObject[], remove: readonly string[]): JsonObject {
  const env = envOf(container);
  const kept = env.flatMap((each) => {
    if (remove.includes(String(each['name']))) return [];
    return [set.find(({ name }) => name === each['name']) ?? each];
  });
  const names = new Set([...env.map(({ name }) => name), ...remove]);
  const added: JsonObject[] = [];
  for (const each of set) {
    if (names.has(String(each['name']))) continue;
    names.add(String(each['name']));
    added.push(each);
  }
  const { env: _, ...rest } = container;
  const result = [...kept, ...added];
  return result.length === 0 ? rest : { ...rest, env: result };
}

function* list(call: Call, info: Info, container: JsonObject): Blocking<void> {
  yield* call.out(`# ${kindOf(info).kind} ${info.name}, container ${String(container['name'])}\n`);
  const failures = new Map<string, string[]>();
  for (const { name: given, value, valueFrom } of envOf(container)) {
    const name = String(given);
    if (!isObject(valueFrom)) {
      yield* call.out(`${name}=${String(value ?? '')}\n`);
      continue;
    }
    // Decoded: the server has validated the object.
    const [from, typed] = [valueFrom as V1EnvVarSource, container as V1Container];
    try {
      const resolved = call.flags.bool('resolve') ? yield* referencedValue(call, info, typed, from) : undefined;
      yield* call.out(resolved === undefined ? `# ${name} from ${referenceText(from)}\n` : `${name}=${resolved}\n`);
    } catch (error) {
      yield* call.out(`# ${name} from ${referenceText(from)}\n`);
      const { message } = asError(error);
      failures.set(message, [...(failures.get(message) ?? []), name]);
    }
  }
  const lines = [...failures].map(([why, names]) => {
    return `error retrieving reference for ${names.sort().join(', ')}: ${why}\n`;
  });
  yield* call.err(lines.sort().join(''));
}

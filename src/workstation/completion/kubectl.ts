// What may stand next in a kubectl command line. Commands and flags come from kubectl's own tables, kinds and names from the
// cluster as it is.

import { findCommand, plainWords } from '../../kubectl/cli/find.ts';
import { allFlags, type CommandRow, childrenOf, type FlagSpec, nameOf } from '../../kubectl/data/catalog.ts';
import { fileCandidates } from './files.ts';
import type { KnownKind, World } from './world.ts';

/** `words` are those behind `kubectl`, up to the one at the cursor; `current` is that one. */
export function kubectlCandidates(world: World, words: readonly string[], current: string): readonly string[] {
  const dashes = words.indexOf('--');
  if (dashes >= 0) return [];
  const { row, rest } = findCommand(words);
  const specs = allFlags(row);
  const pending = pendingFlag(words, specs);
  const whole = pending === undefined ? rest : rest.slice(0, -1);
  const call: Call = { world, row, specs, words, args: plainWords([...whole, 'x', 'x'], specs).slice(0, -2), current };
  if (pending !== undefined) return flagValues(call, pending, current);
  const equals = current.indexOf('=');
  if (current.startsWith('--') && equals > 0) {
    const spec = specs.find(({ name }) => name === current.slice(2, equals));
    const head = current.slice(0, equals + 1);
    return spec === undefined ? [] : flagValues(call, spec, current.slice(equals + 1)).map((value) => head + value);
  }
  if (current.startsWith('-')) return flagNames(specs);
  const children = childrenOf(row.path);
  if (children.length > 0 && call.args.length === 0) {
    return [...children.map(({ path }) => nameOf(path)), ...(words.length === 0 ? pluginNames(world) : [])];
  }
  return argumentCandidates(call);
}

/** The first words of plugins' names. */
function pluginNames(world: World): readonly string[] {
  const names = world.commands().flatMap((name) => /^kubectl-([^-]+)/.exec(name)?.[1] ?? []);
  return names.map((name) => name.replaceAll('_', '-'));
}

interface Call {
  readonly world: World;
  readonly row: CommandRow;
  readonly specs: readonly FlagSpec[];
  readonly words: readonly string[];
  /** What isn't a flag nor the value of one, behind the command. */
  readonly args: readonly string[];
  readonly current: string;
}

// ── flags ──

function flagNames(specs: readonly FlagSpec[]): readonly string[] {
  return specs
    .filter(({ deprecated }) => deprecated === undefined)
    .map(({ name, bare }) => `--${name}${bare === '' ? '=' : ''}`)
    .sort();
}

/** The flag whose value is to come: the last word is one that needs it. */
function pendingFlag(words: readonly string[], specs: readonly FlagSpec[]): FlagSpec | undefined {
  const last = words.at(-1) ?? '';
  if (!last.startsWith('-') || last.includes('=')) return undefined;
  const spec = last.startsWith('--')
    ? specs.find(({ name }) => `--${name}` === last)
    : specs.find(({ shorthand }) => shorthand !== '' && last.endsWith(shorthand) && /^-[A-Za-z]+$/.test(last));
  return spec !== undefined && spec.bare === '' ? spec : undefined;
}

const OUTPUTS = [
  'json',
  'yaml',
  'name',
  'wide',
  'jsonpath=',
  'custom-columns=',
  'go-template=',
  'jsonpath-file=',
  'template=',
];

type Values = (call: Call, current: string) => readonly string[];

const VALUES: Readonly<Record<string, Values>> = {
  namespace: ({ world }) => world.names('namespaces', undefined),
  output: () => OUTPUTS,
  filename: ({ world }, current) => fileCandidates(world, current),
  kustomize: ({ world }, current) => fileCandidates(world, current),
  kubeconfig: ({ world }, current) => fileCandidates(world, current),
  context: ({ world }) => world.contexts(),
  container: ({ world, args, words }) =>
    world.containers((args[0] ?? '').replace(/^pods?\//, ''), namespaceOf(world, words)),
  'dry-run': () => ['none', 'client', 'server'],
  cascade: () => ['background', 'foreground', 'orphan'],
  restart: () => ['Always', 'OnFailure', 'Never'],
  for: () => ['condition=', 'create', 'delete', 'jsonpath='],
  type: () => ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', 'json', 'merge', 'strategic'],
  'image-pull-policy': () => ['Always', 'IfNotPresent', 'Never'],
  serviceaccount: ({ world, words }) => world.names('serviceaccounts', namespaceOf(world, words)),
};

function flagValues(call: Call, { name }: FlagSpec, current: string): readonly string[] {
  return Object.hasOwn(VALUES, name) ? (VALUES[name]?.(call, current) ?? []) : [];
}

/** The namespace that the command line asks for; undefined for all. */
function scopeOf(world: World, words: readonly string[]): string | undefined {
  return words.includes('-A') || words.includes('--all-namespaces') ? undefined : namespaceOf(world, words);
}

function namespaceOf(world: World, words: readonly string[]): string {
  for (const [i, word] of words.entries()) {
    if (word === '-n' || word === '--namespace') return words[i + 1] ?? world.namespace();
    const value = /^(?:--namespace=|-n=?)(.+)$/.exec(word)?.[1];
    if (value !== undefined) return value;
  }
  return world.namespace();
}

// ── arguments ──

/** What the arguments of a command are. */
type Arguments = 'kind then names' | 'kinds' | 'pod' | 'node' | 'workload' | 'contexts' | 'kind or pod' | 'none';

const ARGUMENTS: Readonly<Record<string, Arguments>> = {
  get: 'kind then names',
  describe: 'kind then names',
  delete: 'kind then names',
  edit: 'kind then names',
  label: 'kind then names',
  annotate: 'kind then names',
  patch: 'kind then names',
  scale: 'kind then names',
  autoscale: 'kind then names',
  expose: 'kind then names',
  wait: 'kind then names',
  'set image': 'kind then names',
  'set env': 'kind then names',
  'set resources': 'kind then names',
  'set selector': 'kind then names',
  'set serviceaccount': 'kind then names',
  'rollout status': 'workload',
  'rollout history': 'workload',
  'rollout undo': 'workload',
  'rollout restart': 'workload',
  'rollout pause': 'workload',
  'rollout resume': 'workload',
  explain: 'kinds',
  logs: 'kind or pod',
  exec: 'kind or pod',
  attach: 'kind or pod',
  'port-forward': 'kind or pod',
  debug: 'kind or pod',
  cp: 'pod',
  'top pod': 'pod',
  'top node': 'node',
  cordon: 'node',
  uncordon: 'node',
  drain: 'node',
  taint: 'kind then names',
  'config use-context': 'contexts',
  'config delete-context': 'contexts',
  'config rename-context': 'contexts',
  'config set-context': 'contexts',
};

const WORKLOADS = ['deployments', 'daemonsets', 'statefulsets'];
const WITH_PODS = ['deployments', 'daemonsets', 'statefulsets', 'replicasets', 'jobs', 'services'];

function argumentCandidates(call: Call): readonly string[] {
  const { world, row, args, words, current } = call;
  const scope = scopeOf(world, words);
  const kinds = Object.hasOwn(ARGUMENTS, row.path) ? ARGUMENTS[row.path] : 'none';
  if (kinds !== 'none' && kinds !== undefined && current.includes('/')) return slashed(world, current, scope);
  switch (kinds) {
    case 'kind then names':
      return args[0] === undefined ? kindNames(world, current) : namesOf(world, args[0], scope);
    case 'kinds':
      return args.length === 0 ? world.kinds().map(({ plural }) => plural) : [];
    case 'workload':
      return args[0] === undefined ? WORKLOADS : namesOf(world, args[0], scope);
    case 'pod':
      return world.names('pods', scope);
    case 'kind or pod':
      if (args.length > 0) return [];
      return [...world.names('pods', scope), ...WITH_PODS.map((plural) => `${plural.replace(/s$/, '')}/`)];
    case 'node':
      return world.names('nodes', undefined);
    case 'contexts':
      return args.length === 0 ? world.contexts() : [];
    default:
      return [];
  }
}

/** `pods,serv`: the kind behind the last comma. Kinds of one name are told apart by their group. */
function kindNames(world: World, current: string): readonly string[] {
  const head = current.slice(0, current.lastIndexOf(',') + 1);
  const kinds = world.kinds();
  return kinds.map(({ plural, group }) => {
    const twin = kinds.some((other) => other.plural === plural && other.group !== group);
    return `${head}${twin && group !== '' ? `${plural}.${group}` : plural}`;
  });
}

function kindNamed(world: World, word: string): KnownKind | undefined {
  const [name = ''] = word.toLowerCase().split('.');
  return world
    .kinds()
    .find(({ plural, singular, shorts }) => plural === name || singular === name || shorts.includes(name));
}

function namesOf(world: World, kind: string, scope: string | undefined): readonly string[] {
  const found = kindNamed(world, kind);
  return found === undefined ? [] : world.names(found.plural, found.namespaced ? scope : undefined);
}

function slashed(world: World, current: string, scope: string | undefined): readonly string[] {
  const [kind = ''] = current.split('/');
  return namesOf(world, kind, scope).map((name) => `${kind}/${name}`);
}

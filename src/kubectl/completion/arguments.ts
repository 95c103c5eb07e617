// What the arguments of each command may be, and the values of flags: which candidates there are, as data where they can be.

import type { Blocking } from '../../../sandbox/machine/sys.ts';
import type { Call } from '../call.ts';
import { statOf } from '../files.ts';
import { configured, containersOf, namesOf, portsOf, typesOf } from './objects.ts';

/** How a shell is to treat candidates: bits of one number. */
export const DIRECTIVE = { usual: 0, error: 1, noSpace: 2, noFiles: 4, filesOfKinds: 8 } as const;

export interface Candidates {
  readonly words: readonly string[];
  readonly directive: number;
}

/** `args` stand before the word that `start` begins. */
export type Completer = (call: Call, args: readonly string[], start: string) => Blocking<Candidates>;

const only = (words: readonly string[]): Candidates => ({ words, directive: DIRECTIVE.noFiles });

/** Names of one type, for the first argument. */
function firstName(type: string): Completer {
  return function* (call, args, start) {
    return only(args.length === 0 ? yield* namesOf(call, type, start) : []);
  };
}

/** Entries of the kubeconfig, for the first argument. */
function firstEntry(field: 'contexts' | 'clusters' | 'users'): Completer {
  return function* (call, args, start) {
    return only(args.length === 0 ? yield* configured(call, field, start) : []);
  };
}

/** `TYPE NAME...` or `TYPE/NAME...`. Without types, all that can be read; `once`: no more than one object. */
function typeAndNames(types?: readonly string[], once = false): Completer {
  return function* (call, args, start) {
    const [first] = args;
    const offered = types === undefined ? yield* typesUnless(call, first, start) : beginning(types, start);
    if (first !== undefined && !first.includes('/')) {
      if (once && args.length > 1) return only([]);
      return only(without(yield* namesOf(call, first, start), args.slice(1)));
    }
    const slash = start.indexOf('/');
    if (slash < 0 && first === undefined) return only(offered);
    if (once && first !== undefined) return only([]);
    if (slash < 0) {
      return { words: offered.map((type) => `${type}/`), directive: DIRECTIVE.noFiles | DIRECTIVE.noSpace };
    }
    const type = start.slice(0, slash);
    const names = yield* namesOf(call, type, start.slice(slash + 1));
    return only(
      without(
        names.map((name) => `${type}/${name}`),
        args,
      ),
    );
  };
}

/** Types aren't looked for where names are meant. */
function* typesUnless(call: Call, first: string | undefined, start: string): Blocking<readonly string[]> {
  if (start.includes('/') || (first !== undefined && !first.includes('/'))) return [];
  return yield* typesOf(call, start);
}

function beginning(words: readonly string[], start: string): readonly string[] {
  return words.filter((word) => word.startsWith(start));
}

function without(words: readonly string[], others: readonly string[]): readonly string[] {
  return words.filter((word) => !others.includes(word));
}

const WITH_PODS = [
  ...['daemonsets', 'deployments', 'pods', 'jobs', 'replicasets', 'replicationcontrollers', 'services', 'statefulsets'],
];

/** Pods, and types of what has pods. */
function* podOrWorkload(call: Call, start: string): Blocking<Candidates> {
  const slash = start.indexOf('/');
  if (slash >= 0) {
    const type = start.slice(0, slash);
    return only((yield* namesOf(call, type, start.slice(slash + 1))).map((name) => `${type}/${name}`));
  }
  const pods = yield* namesOf(call, 'pod', start);
  const types = beginning(WITH_PODS, start).map((type) => `${type}/`);
  return { words: [...pods, ...types], directive: DIRECTIVE.noFiles | (pods.length === 0 ? DIRECTIVE.noSpace : 0) };
}

/** A pod, and then what `next` finds in it. */
function podAnd(next: (call: Call, resource: string, start: string) => Blocking<readonly string[]>): Completer {
  return function* (call, args, start) {
    const [first] = args;
    if (first === undefined) return yield* podOrWorkload(call, start);
    return only(args.length === 1 ? yield* next(call, first, start) : []);
  };
}

function* nothing(): Blocking<readonly string[]> {
  return [];
}

/** `NAMESPACE/POD:`, or a file beside; paths are the shell's to complete. */
const copied: Completer = function* (call, args, start) {
  const usual = (words: readonly string[]): Candidates => ({ words, directive: DIRECTIVE.noSpace });
  if (args.length > 0 || /^[/.~]/.test(start) || start.includes(':')) return usual([]);
  const slash = start.indexOf('/');
  if (slash > 0) {
    const namespace = start.slice(0, slash);
    const pods = yield* namesOf(call, 'pod', start.slice(slash + 1), namespace);
    return usual(pods.map((pod) => `${namespace}/${pod}:`));
  }
  const namespaces = yield* namesOf(call, 'namespace', start);
  const pods = yield* namesOf(call, 'pod', start);
  const found = [...namespaces.map((name) => `${name}/`), ...pods.map((pod) => `${pod}:`)];
  return usual(found.length === 0 ? [] : [...found, ...(start === '' ? ['./', '/'] : filesHere(call, start))]);
};

/** Files in the current folder. All of them would be too many. */
function filesHere({ sys }: Call, start: string): readonly string[] {
  const names = sys.readdir('.').filter((name) => name.startsWith(start));
  return names.map((name) => (statOf(sys, name)?.type === 'directory' ? `${name}/` : name));
}

const ROLLED = ['deployment', 'daemonset', 'statefulset'];
const SCALED = ['deployment', 'replicaset', 'replicationcontroller', 'statefulset'];
const IMAGED = [
  ...['daemonsets', 'deployments', 'pods', 'cronjobs', 'replicasets', 'replicationcontrollers', 'statefulsets'],
];
const EXPOSED = ['pod', 'service', 'replicationcontroller', 'deployment', 'replicaset'];
const any = typeAndNames();

/** By command. Where none is here, the shell completes files. */
export const ARGUMENTS: ReadonlyMap<string, Completer> = new Map([
  ...['get', 'describe', 'delete', 'edit', 'label', 'annotate', 'patch', 'debug'].map((path) => [path, any] as const),
  ['apply edit-last-applied', any],
  ['apply view-last-applied', any],
  ['rollout pause', typeAndNames(['deployment'])],
  ['rollout resume', typeAndNames(['deployment'])],
  ...['restart', 'undo', 'history'].map((verb) => [`rollout ${verb}`, typeAndNames(ROLLED)] as const),
  ['rollout status', typeAndNames(ROLLED, true)],
  ['scale', typeAndNames(SCALED)],
  ['autoscale', typeAndNames(SCALED)],
  ['set image', typeAndNames(IMAGED, true)],
  ['expose', typeAndNames(EXPOSED)],
  ['taint', typeAndNames(['node'])],
  ...['cordon', 'uncordon', 'drain', 'top node'].map((path) => [path, firstName('node')] as const),
  ['top pod', firstName('pod')],
  ['create token', firstName('serviceaccount')],
  ['exec', podAnd(nothing)],
  ['attach', podAnd(nothing)],
  ['logs', podAnd(containersOf)],
  ['port-forward', podAnd(portsOf)],
  ['cp', copied],
  ...['rename-context', 'set-context', 'use-context', 'delete-context'].map(
    (verb) => [`config ${verb}`, firstEntry('contexts')] as const,
  ),
  ['config delete-cluster', firstEntry('clusters')],
  ['config delete-user', firstEntry('users')],
]);

/** Words that a command itself knows. */
export const FIXED_ARGUMENTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['completion', ['bash', 'zsh', 'fish', 'powershell']],
]);

function value(find: (call: Call, start: string) => Blocking<readonly string[]>): Completer {
  return function* (call, _, start) {
    return only(yield* find(call, start));
  };
}

const FORMATS = [
  ...['json', 'yaml', 'kyaml', 'name', 'go-template', 'go-template-file', 'template', 'templatefile', 'jsonpath'],
  ...['jsonpath-as-json', 'jsonpath-file', 'custom-columns', 'custom-columns-file', 'wide'],
];

/** By flag, and by `command flag` where the flag is completed there only. */
export const FLAG_VALUES: ReadonlyMap<string, Completer> = new Map<string, Completer>([
  ['namespace', value((call, start) => namesOf(call, 'namespace', start))],
  ['context', value((call, start) => configured(call, 'contexts', start))],
  ['cluster', value((call, start) => configured(call, 'clusters', start))],
  ['user', value((call, start) => configured(call, 'users', start))],
  ['filename', manifests],
  ['subresource', value(() => always(['status', 'scale', 'resize']))],
  ['get output', value((_, start) => always(beginning(FORMATS, start)))],
  [
    'exec container',
    function* (call, args, start) {
      return only(args[0] === undefined ? [] : yield* containersOf(call, args[0], start));
    },
  ],
  ['create clusterrolebinding clusterrole', value((call, start) => namesOf(call, 'clusterrole', start))],
]);

/** The shell looks for files of these kinds itself. */
function* manifests(): Blocking<Candidates> {
  return { words: ['json', 'yaml', 'yml'], directive: DIRECTIVE.filesOfKinds };
}

function* always(words: readonly string[]): Blocking<readonly string[]> {
  return words;
}

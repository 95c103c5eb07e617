// What completion sees of a session: programs and files of the workstation, kinds and names of the cluster. Read from outside,
// so that nothing of it is an input of the session.

import type { UserInfo } from '../../sandbox/kube/operation.ts';
import { filesOf } from '../../sandbox/machine/runtime/walk.ts';
import { BUILTINS } from '../../sandbox/machine/shell/builtins/table.ts';
import { Pods } from '../../sandbox/schema/generated/resources.ts';
import { currentCluster } from '../session/clusters.ts';
import { learnerContexts, namespaceIn } from '../session/contexts.ts';
import type { Session } from '../session/session.ts';
import type { FolderEntry, KnownKind, World } from '../workstation/completion/world.ts';
import { LEARNER_HOME, workstationOf } from '../workstation/workstation.ts';

const PATH = ['/usr/local/bin', '/usr/bin', '/bin'];
/** Words that are for the teacher or the session, not for the shell. */
export const TEACHER_WORDS = [
  'hint',
  'check',
  'undo',
  'next',
  'skip',
  'predict',
  'answer',
  'goals',
  'story',
  'restart',
  'map',
  'timeline',
  'traffic',
];
const COMPLETER: UserInfo = { name: 'k8s-learn:completion', groups: ['system:masters', 'system:authenticated'] };

export function worldOf(session: Session, shell: number): World {
  const { simulator } = session.cluster();
  const files = filesOf(simulator.kernel, workstationOf(simulator.kernel).root);
  const list = (path: string): readonly FolderEntry[] => {
    try {
      return files.list(path).map((name) => ({ name, folder: isFolder(`${path}/${name}`) }));
    } catch {
      return [];
    }
  };
  const isFolder = (path: string): boolean => {
    try {
      return files.stat(path).type === 'directory';
    } catch {
      return false;
    }
  };
  return {
    commands: () => [
      ...PATH.flatMap((folder) => list(folder).map(({ name }) => name)),
      ...BUILTINS.keys(),
      ...TEACHER_WORDS,
    ],
    aliases: () => aliasesIn(() => files.readText(`${LEARNER_HOME}/.bashrc`)),
    kinds: () => kindsOf(session),
    names: (plural, namespace) => namesOf(session, plural, namespace),
    containers: (pod, namespace) => containersOf(session, pod, namespace),
    folder: list,
    cwd: session.shells().get(shell)?.marks.cwd || LEARNER_HOME,
    home: LEARNER_HOME,
    contexts: () => learnerContexts(simulator).contexts.map(({ name }) => name),
    namespace: () => namespaceIn(() => files.readText(`${LEARNER_HOME}/.kube/config`)),
  };
}

/** The namespace that commands of this session go to; `default` unless its kubeconfig says another. */
export function currentNamespace(session: Session): string {
  return worldOf(session, 0).namespace();
}

function aliasesIn(read: () => string): ReadonlyMap<string, string> {
  const aliases = new Map([['k', 'kubectl']]);
  try {
    for (const [, name = '', , text = ''] of read().matchAll(/^\s*alias (\w+)=(['"]?)(.*?)\2\s*$/gm))
      aliases.set(name, text);
  } catch {
    // No such file: nothing but what everybody has.
  }
  return aliases;
}

/** Each resource once, whatever its versions; what can't be listed is left out. */
function kindsOf(session: Session): readonly KnownKind[] {
  const kinds = new Map<string, KnownKind>();
  for (const { type, names } of currentCluster(session.cluster()).api.registry.all()) {
    if (!names.verbs.includes('list')) continue;
    const { resource: plural, group, namespaced } = type;
    const key = `${plural}.${group}`;
    if (!kinds.has(key))
      kinds.set(key, { plural, singular: names.singular, shorts: names.shortNames, group, namespaced });
  }
  return [...kinds.values()];
}

function namesOf(session: Session, plural: string, namespace: string | undefined): readonly string[] {
  const simulator = currentCluster(session.cluster());
  const served = simulator.api.registry.all().find(({ type }) => type.resource === plural);
  if (served === undefined) return [];
  try {
    const { items } = simulator.run(simulator.client(COMPLETER, 'completion').list(served.type, namespace));
    return items.map(({ metadata }) => metadata?.name ?? '');
  } catch {
    return [];
  }
}

function containersOf(session: Session, pod: string, namespace: string): readonly string[] {
  const simulator = currentCluster(session.cluster());
  const found = simulator.run(simulator.client(COMPLETER, 'completion').find(Pods, { name: pod, namespace }));
  const { initContainers = [], containers = [] } = found?.spec ?? {};
  return [...initContainers, ...containers].map(({ name }) => name);
}

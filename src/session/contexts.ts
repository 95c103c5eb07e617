// The contexts of a kubeconfig, read from outside: which of several clusters the learner's kubectl speaks to, and in which
// namespace it looks.

import { parse } from 'yaml';
import type { Cluster } from '../../sandbox/cluster.ts';
import { isObject, own } from '../../sandbox/kube/json.ts';
import { filesOf } from '../../sandbox/machine/runtime/walk.ts';
import { LEARNER_HOME, workstationOf } from '../workstation/workstation.ts';

interface Context {
  readonly name: string;
  readonly cluster: string | undefined;
  readonly namespace: string | undefined;
}

interface Contexts {
  readonly current: string;
  readonly contexts: readonly Context[];
}

/** Those of the file that `read` reads; none where it can't be read. */
function readContexts(read: () => string): Contexts {
  try {
    const config: unknown = parse(read());
    if (!isObject(config)) return { current: '', contexts: [] };
    const all = own(config, 'contexts');
    const contexts = (Array.isArray(all) ? all : []).filter(isObject).map((entry) => {
      const context = entry['context'];
      const textOf = (key: string): string | undefined => {
        const value = isObject(context) ? own(context, key) : undefined;
        return typeof value === 'string' ? value : undefined;
      };
      return { name: String(entry['name']), cluster: textOf('cluster'), namespace: textOf('namespace') };
    });
    return { current: String(own(config, 'current-context')), contexts };
  } catch {
    return { current: '', contexts: [] };
  }
}

function currentIn({ current, contexts }: Contexts): Context | undefined {
  return contexts.find(({ name }) => name === current);
}

/** The namespace that a kubeconfig leads to; `default` unless it says another, or can't be read. */
export function namespaceIn(read: () => string): string {
  return currentIn(readContexts(read))?.namespace ?? 'default';
}

/** The learner's kubeconfig, on the workstation beside a cluster. */
export function learnerContexts({ kernel }: Pick<Cluster, 'kernel'>): Contexts {
  return readContexts(() => filesOf(kernel, workstationOf(kernel).root).readText(`${LEARNER_HOME}/.kube/config`));
}

/** What the learner's current context calls its cluster. */
export function currentContext(cluster: Pick<Cluster, 'kernel'>): string | undefined {
  return currentIn(learnerContexts(cluster))?.cluster;
}

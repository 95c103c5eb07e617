// kubectl at the prompt: what its commands take where there is much to show, and what the process costs beside the stock one.

import { spawnSync } from 'node:child_process';
import type { Client } from '../../sandbox/client/client.ts';
import type { V1ObjectMeta } from '../../sandbox/kube/meta.ts';
import { CoreEvents, Namespaces, Pods, ServiceAccounts } from '../../sandbox/schema/generated/resources.ts';
import { durationMs, EPOCH, seconds } from '../../sandbox/time/units.ts';
import { startCommand, writtenText } from '../../src/session/command.ts';
import { createSession, type Session } from '../../src/session/session.ts';
import { worldOf } from '../../src/tui/world.ts';
import { complete } from '../../src/workstation/completion/complete.ts';
import { LEARNER_HOME } from '../../src/workstation/workstation.ts';
import { type BenchEntry, type Figure, median, timed } from './entry.ts';

export const kubectl: readonly BenchEntry[] = [
  { name: 'kubectl prompt', run: prompt },
  { name: 'kubectl process', run: processes },
];

const FEW = 500;
const MANY = 10_000;
const EVENTS = 200;
const ROUNDS = 7;

function prompt(): Figure[] {
  const session = createSession({ version: 'bench', seed: 1, startTime: EPOCH });
  session.enter({ kind: 'shell', shell: 1, does: 'open' });
  session.advance(seconds(30));
  const cluster = session.cluster().simulator;
  const client = cluster.client();
  addPods(session, client, 'default', FEW);
  const { metadata = {} } = cluster.run(client.get(Pods, { namespace: 'default', name: 'web-00000' }));
  for (let i = 0; i < EVENTS; i++) cluster.run(client.create(CoreEvents, eventOf(metadata, i)));
  const small = commandFigure(session, ['get', 'pods'], 30, `${FEW} pods`);
  const described = commandFigure(session, ['describe', 'pod', 'web-00000'], 20, `${EVENTS} events`);
  const completed = completionFigure(session);
  addPods(session, client, 'many', MANY - FEW);
  const large = commandFigure(session, ['get', 'pods', '-A', '-o', 'wide'], 400, `${MANY} pods`);
  return [small, described, completed, large];
}

/** Pods that no scheduler takes: they are there to be shown. */
function addPods(session: Session, client: Client, namespace: string, count: number): void {
  const { simulator } = session.cluster();
  if (namespace !== 'default') {
    simulator.run(client.create(Namespaces, { metadata: { name: namespace } }));
    simulator.run(client.create(ServiceAccounts, { metadata: { name: 'default', namespace } }));
  }
  for (let i = 0; i < count; i++) {
    const name = `web-${String(i).padStart(5, '0')}`;
    const spec = { schedulerName: 'nobody', containers: [{ name: 'web', image: 'nginx:1.28' }] };
    simulator.run(client.create(Pods, { metadata: { name, namespace }, spec }));
  }
}

function eventOf({ name = '', uid = '' }: V1ObjectMeta, number: number) {
  return {
    metadata: { name: `${name}.${number}`, namespace: 'default' },
    involvedObject: { kind: 'Pod', namespace: 'default', name, uid, apiVersion: 'v1' },
    reason: 'Noticed',
    message: `something happened for time ${number}`,
    type: 'Normal',
  };
}

function commandFigure(session: Session, words: readonly string[], limit: number, note: string): Figure {
  const rounds = Array.from({ length: ROUNDS }, () => timed(() => typed(session, words)));
  const lines = rounds[0]?.result ?? 0;
  return {
    name: `kubectl ${words.join(' ')}`,
    value: median(rounds.map(({ ms }) => ms)),
    unit: 'ms',
    limit,
    note: `${note}, ${lines} lines`,
  };
}

/** Runs a command to its end; answers how many lines it printed. */
function typed(session: Session, words: readonly string[]): number {
  const command = startCommand(session.cluster(), ['kubectl', ...words], { home: LEARNER_HOME });
  let lines = 0;
  for (let step = 0; step < 60_000; step++) {
    lines += writtenText(command.output(), 'stdout').split('\n').length - 1;
    if (command.status() !== undefined) return lines;
    session.advance(durationMs(1));
  }
  throw new Error(`kubectl ${words.join(' ')} doesn't end`);
}

function completionFigure(session: Session): Figure {
  const line = 'kubectl get pod web-0049';
  const rounds = Array.from({ length: ROUNDS }, () => timed(() => complete(worldOf(session, 1), line, line.length)));
  const found = rounds[0]?.result.candidates.length;
  const value = median(rounds.map(({ ms }) => ms));
  return { name: 'completion of a live name', value, unit: 'ms', limit: 30, note: `${found} of ${FEW} pods` };
}

const VERSION = ['version', '--client'];

/** The stock kubectl is the one of the PATH, or of K8S_LEARN_KUBECTL. */
function processes(): Figure[] {
  const stock = process.env['K8S_LEARN_KUBECTL'] ?? 'kubectl';
  const there = spawnSync(stock, VERSION).status === 0;
  const own: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    own.push(timed(() => spawnSync(process.execPath, ['bin/k8s-learn.cjs', 'kubectl', ...VERSION])).ms);
    if (there) theirs.push(timed(() => spawnSync(stock, VERSION)).ms);
  }
  const name = 'process of kubectl version --client';
  const ms = median(own);
  if (!there) return [{ name, value: ms, unit: 'ms', note: 'no stock kubectl to compare with' }];
  return [{ name, value: ms / median(theirs), unit: 'x stock', limit: 3, note: `${ms.toFixed(0)} ms` }];
}

// What can be looked at by a word, on the screen and without one: the map, the timeline, traffic, wishes beside what there is.

import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../sandbox/kube/resource.ts';
import {
  DaemonSets,
  Deployments,
  Jobs,
  PersistentVolumeClaims,
  Pods,
  ReplicaSets,
  StatefulSets,
} from '../../sandbox/schema/generated/resources.ts';
import { currentCluster } from '../session/clusters.ts';
import type { Session } from '../session/session.ts';
import { parseWhy, typeOf } from '../session/whyprogram.ts';
import { type ClusterView, isBackground } from './clusterview.ts';
import { type Happening, happeningRows } from './happenings.ts';
import { type Reading, SCREEN } from './live.ts';
import { mapColumn } from './map.ts';
import type { Surface } from './model.ts';
import { NO_ROW, type Row, row, STYLES, span } from './text.ts';
import { type Flow, flowsOf, trafficRows } from './traffic.ts';
import { pairsOf, wishRows } from './wish.ts';
import { say, type Word } from './words.ts';

/** What a view is made of. */
export interface Looked {
  readonly session: Session;
  readonly reading: Reading;
  readonly happened: () => readonly Happening[];
  readonly namespace: string;
  readonly surface: Pick<Surface, 'lang' | 'glyphs'>;
  readonly columns: number;
}

export interface View {
  readonly title: string;
  readonly rows: readonly Row[];
  /** What is latest is at the end. */
  readonly atEnd: boolean;
}

export type ViewName = 'map' | 'timeline' | 'traffic' | 'diff';

interface Entry {
  readonly title: Word;
  readonly atEnd?: true;
  readonly rows: (looked: Looked) => readonly Row[];
}

const VIEWS: Readonly<Record<ViewName, Entry>> = {
  map: {
    title: 'map',
    rows: ({ reading, columns, surface }) => mapColumn(reading.cluster, columns, ALL, surface),
  },
  timeline: {
    title: 'timeline',
    atEnd: true,
    rows: ({ happened, columns, surface: { glyphs, lang } }) =>
      happeningRows(happened(), columns, ALL, glyphs, say(lang, 'you')),
  },
  traffic: { title: 'traffic', rows: callerRows },
  diff: { title: 'diff', rows: surveyRows },
};

const ALL = 100_000;

function flowsSeen({ session, reading }: Looked): readonly Flow[] {
  const { seen } = currentCluster(session.cluster()).state.network;
  return flowsOf(seen, reading.pods, session.beginning.startTime);
}

/** Who asks because somebody wants something; kubelets ask all the time, and are counted below. */
function callerRows(looked: Looked): readonly Row[] {
  const { columns, surface } = looked;
  const flows = flowsSeen(looked);
  const rows = trafficRows(
    flows.filter(({ probe }) => !probe),
    columns,
    surface.glyphs,
  );
  const probes = flows.filter(({ probe }) => probe);
  if (probes.length === 0) return rows;
  const n = probes.reduce((sum, { count }) => sum + count, 0);
  const none = rows.length === 0 ? [row(` ${say(surface.lang, 'nothingYet')}`)] : rows;
  return [...none, NO_ROW, row(span(` ${say(surface.lang, 'probesToo', { n })}`, STYLES.dim))];
}

/** `traffic probes`. */
function probesOf(looked: Looked): View {
  const { columns, surface } = looked;
  const rows = trafficRows(
    flowsSeen(looked).filter(({ probe }) => probe),
    columns,
    surface.glyphs,
  );
  const title = titleOf(say(surface.lang, 'probes'), looked.reading.cluster);
  return { title, rows: rows.length === 0 ? [row(` ${say(surface.lang, 'nothingYet')}`)] : rows, atEnd: false };
}

/** Of several clusters each view shows one. */
function titleOf(title: string, { name }: ClusterView): string {
  return name === undefined ? title : `${title} · ${name}`;
}

export function viewOf(name: ViewName, looked: Looked): View {
  const { title, rows, atEnd = false } = VIEWS[name];
  const { lang } = looked.surface;
  const shown = rows(looked);
  return {
    title: titleOf(say(lang, title), looked.reading.cluster),
    rows: shown.length === 0 ? [row(` ${say(lang, 'nothingYet')}`)] : shown,
    atEnd,
  };
}

/** The view that a line asks for; undefined when the line is for the shell, as `diff` of two files is. */
export function viewAsked(line: string, looked: () => Looked): View | undefined {
  const [name = '', ...args] = line.normalize('NFKC').trim().split(/\s+/);
  if (!isView(name)) return undefined;
  if (args.length === 0) return viewOf(name, looked());
  if (name === 'traffic' && args.length === 1 && args[0] === 'probes') return probesOf(looked());
  return name === 'diff' ? diffOf(args, looked()) : undefined;
}

function isView(name: string): name is ViewName {
  return Object.hasOwn(VIEWS, name);
}

/** `diff KIND/NAME [-n NAMESPACE]`. */
function diffOf(args: readonly string[], looked: Looked): View | undefined {
  const { session, namespace, columns, surface } = looked;
  if (!args.some((arg) => /^[a-z.]+\/[a-z0-9.-]+$/i.test(arg))) return undefined;
  const asked = parseWhy([...args, ...(args.some((arg) => /^-n|^--namespace/.test(arg)) ? [] : ['-n', namespace])]);
  if (asked === undefined || 'question' in asked) return undefined;
  const simulator = currentCluster(session.cluster());
  const type = typeOf(simulator, asked.resource);
  if (type === undefined) return undefined;
  const object = listed(session, type).find(
    ({ metadata }) => metadata?.name === asked.name && (!type.namespaced || metadata.namespace === asked.namespace),
  );
  const what = `${type.kind}/${asked.name}`;
  const pairs = object === undefined ? [] : pairsOf(type.kind, object);
  const rows =
    object === undefined
      ? [row(` ${say(surface.lang, 'notThere', { object: what })}`)]
      : wishRows(what, pairs, { columns, glyphs: surface.glyphs, all: true });
  return { title: say(surface.lang, 'diff'), rows, atEnd: false };
}

function listed<T extends KubeObject>(session: Session, type: ResourceType<T>): readonly T[] {
  const simulator = currentCluster(session.cluster());
  return simulator.run(simulator.client(SCREEN, 'screen').list(type)).items;
}

/** What answers a wish of somebody's own; what a controller wishes is told by the object that it does it for. */
const SURVEYED: readonly ResourceType<KubeObject>[] = [
  Deployments,
  StatefulSets,
  DaemonSets,
  Jobs,
  ReplicaSets,
  Pods,
  PersistentVolumeClaims,
];

function surveyRows({ session, columns, surface: { glyphs } }: Looked): readonly Row[] {
  return SURVEYED.flatMap((type) =>
    listed(session, type)
      .filter(({ metadata }) => !isBackground(metadata?.namespace) && !isOwned(metadata))
      .flatMap((object) => {
        const { name, namespace = 'default' } = object.metadata ?? {};
        const title = `${type.kind}/${name}${namespace === 'default' ? '' : ` (${namespace})`}`;
        return wishRows(title, pairsOf(type.kind, object), { columns, glyphs, all: false });
      }),
  );
}

function isOwned(metadata: KubeObject['metadata']): boolean {
  return metadata?.ownerReferences?.some(({ controller }) => controller === true) === true;
}

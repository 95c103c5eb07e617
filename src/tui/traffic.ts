// Who asked whom, who answered and who failed: the latest connections, counted. A pure function of what the network has seen.

import type { Seen } from '../../sandbox/network/seen.ts';
import type { V1Pod } from '../../sandbox/schema/generated/types.ts';
import { isBackground } from './clusterview.ts';
import { clockText } from './frame.ts';
import type { Glyphs } from './glyphs.ts';
import { cut, fill, NO_ROW, type Row, row, STYLES, span } from './text.ts';

/** Connections of one client to one target with one outcome. */
export interface Flow {
  readonly client: string;
  /** `web:80` of a service, or an address. */
  readonly asked: string;
  /** Who stood at the other end, as far as anybody did. */
  readonly target: string;
  readonly outcome: Seen['outcome'];
  readonly because: string | undefined;
  readonly count: number;
  /** Milliseconds of the cluster's time since the beginning. */
  readonly last: number;
  /** A kubelet asks whether a pod is well. */
  readonly probe: boolean;
}

const DNS = ':53';

/** By client and by what was asked for; the one that was asked last is at the end. */
export function flowsOf(seen: readonly Seen[], pods: readonly V1Pod[], start: number): readonly Flow[] {
  const known = new Map(pods.flatMap((pod) => addressesOf(pod).map((address) => [address, pod] as const)));
  const flows = new Map<string, Flow>();
  for (const one of seen) {
    const client = known.get(one.source);
    if (isBackground(client?.metadata?.namespace) || isUpkeep(one, client, known)) continue;
    const flow: Flow = {
      client: one.probe ? `kubelet ${one.host}` : client === undefined ? one.host : nameOf(client),
      asked: askedFor(one),
      target: targetOf(one, known),
      outcome: one.outcome,
      because: one.because,
      count: 1,
      last: one.at - start,
      probe: one.probe,
    };
    const key = [flow.client, flow.asked, flow.target, flow.outcome].join('\n');
    const before = flows.get(key)?.count ?? 0;
    flows.delete(key);
    flows.set(key, { ...flow, count: before + 1 });
  }
  return [...flows.values()];
}

/** Names that were found, and nodes that look after what is the cluster's own. */
function isUpkeep({ outcome, asked, to }: Seen, client: V1Pod | undefined, known: ReadonlyMap<string, V1Pod>): boolean {
  if (outcome === 'sent' && asked.endsWith(DNS)) return true;
  return client === undefined && isBackground(known.get(hostOf(to))?.metadata?.namespace);
}

function hostOf(address = ''): string {
  return address.slice(0, address.lastIndexOf(':'));
}

/** Pods on the host's own network share the node's address, and are not told apart from it. */
function addressesOf({ spec, status }: V1Pod): readonly string[] {
  if (spec?.hostNetwork === true) return [];
  return status?.podIPs?.map(({ ip }) => ip) ?? (status?.podIP === undefined ? [] : [status.podIP]);
}

/** With its namespace, unless that is the default one. */
function nameOf({ metadata }: V1Pod): string {
  const { name = '', namespace = 'default' } = metadata ?? {};
  return namespace === 'default' ? name : `${namespace}/${name}`;
}

function askedFor({ service, asked }: Seen): string {
  const port = asked.slice(asked.lastIndexOf(':'));
  return service === undefined ? asked : `${service.replace(/^default\//, '')}${port}`;
}

function targetOf({ pod, to }: Seen, known: ReadonlyMap<string, V1Pod>): string {
  if (pod !== undefined) return pod.slice(pod.indexOf('/') + 1);
  return known.get(hostOf(to))?.metadata?.name ?? to ?? '';
}

/** Clients below each other, each with what it asked for and who answered. */
export function trafficRows(flows: readonly Flow[], columns: number, glyphs: Glyphs): Row[] {
  const groups = new Map<string, Flow[]>();
  for (const flow of flows) {
    const key = `${flow.client} ${glyphs.arrow} ${flow.asked}`;
    groups.set(key, [...(groups.get(key) ?? []), flow]);
  }
  return [...groups].flatMap(([title, all], i) => [
    ...(i === 0 ? [] : [NO_ROW]),
    cut(row(' ', span(title, STYLES.strong)), columns, glyphs.more),
    ...all.map((flow) => flowRow(flow, columns, glyphs)),
  ]);
}

function flowRow({ target, outcome, because, count, last }: Flow, columns: number, glyphs: Glyphs): Row {
  const answered = outcome === 'sent';
  const sign = answered ? span(glyphs.ready, STYLES.good) : span(glyphs.bad, STYLES.bad);
  const why = answered ? '' : ` ${outcome}${because === undefined ? '' : `: ${because}`}`;
  const figures = `${String(count).padStart(6)} x  ${clockText(last).padStart(5)} `;
  return [
    ...fill(
      row('   ', sign, target === '' ? '' : ` ${target}`, span(why, STYLES.bad)),
      columns - figures.length,
      glyphs.more,
    ),
    span(figures),
  ];
}

// Evidence as lines: for one object, or for all that isn't ready or is pending.

import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { Language } from '../i18n/language.ts';
import { tell } from '../i18n/say.ts';
import { evidenceOf, isWell, summaryOf } from './evidence.ts';
import { isTrue } from './reading.ts';
import type { Finding, Lookup } from './row.ts';

/** What is asked about many at once. */
export type Question = 'not ready' | 'pending';

/** Kinds that are looked at for each, in the order in which they are told. */
const KINDS: Readonly<Record<Question, readonly string[]>> = {
  'not ready': ['Node', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Service'],
  pending: ['Pod', 'PersistentVolumeClaim', 'Service'],
};

/** More aren't told at once. */
const TOLD_MAX = 10;

/** Where the trouble with one object is, link by link; each with what proves it. */
export function evidenceLines(object: KubeObject, look: Lookup, lang: Language): readonly string[] {
  const findings = evidenceOf(object, look);
  const what = called(object);
  if (findings.length === 0) return [`  ${tell(lang, 'why.well', { object: what })}`];
  return findings.flatMap((finding, depth) => linkLines(finding, depth, lang));
}

function linkLines({ object, evidence, cause, next }: Finding, depth: number, lang: Language): readonly string[] {
  const indent = '  '.repeat(depth + 1);
  return [
    `${indent}${depth === 0 ? '' : '← '}${called(object)}: ${evidence[lang]}`,
    `${indent}  ${tell(lang, 'why.cause', {})}: ${cause[lang]}`,
    `${indent}  ${tell(lang, 'why.next', {})}: ${next}`,
  ];
}

/** All that isn't ready, or is pending, with what its trouble is: one link each, and where it is followed to. */
export function surveyLines(question: Question, namespace: string, look: Lookup, lang: Language): readonly string[] {
  const where = namespace === '*' ? tell(lang, 'why.everywhere', {}) : tell(lang, 'why.namespace', { namespace });
  const found = KINDS[question].flatMap((kind) =>
    look({ kind, namespace }).filter((object) => isAskedFor(question, object, look)),
  );
  if (found.length === 0) return [tell(lang, question === 'pending' ? 'why.nonePending' : 'why.allReady', { where })];
  const more = found.length - TOLD_MAX;
  return [
    ...found.slice(0, TOLD_MAX).flatMap((object) => {
      const [first] = evidenceOf(object, look);
      const summary = summaryOf(object);
      const head = `${called(object)}${summary === undefined ? '' : ` (${summary})`}`;
      if (first === undefined) return [head];
      return [
        `${head}: ${first.evidence[lang]}`,
        `    ${tell(lang, 'why.cause', {})}: ${first.cause[lang]}`,
        `    ${tell(lang, 'why.next', {})}: ${first.next}`,
      ];
    }),
    ...(more > 0 ? [tell(lang, 'why.more', { n: more })] : []),
  ];
}

function isAskedFor(question: Question, object: KubeObject, look: Lookup): boolean {
  const { kind } = object;
  const { status, spec } = object as {
    readonly status?: Readonly<Record<string, unknown>>;
    readonly spec?: Readonly<Record<string, unknown>>;
  };
  if (kind === 'Service') {
    const wanted =
      question === 'pending'
        ? ['service-pending']
        : ['service-selects-nobody', 'service-elsewhere', 'service-none-ready'];
    const [first] = evidenceOf(object, look);
    return first !== undefined && wanted.includes(first.id);
  }
  if (question === 'pending') return status?.['phase'] === 'Pending';
  if (kind === 'Deployment')
    return !isTrue(object, 'Available') || Number(status?.['readyReplicas'] ?? 0) < Number(spec?.['replicas'] ?? 1);
  if (kind === 'StatefulSet') return Number(status?.['readyReplicas'] ?? 0) < Number(spec?.['replicas'] ?? 1);
  if (kind === 'DaemonSet')
    return Number(status?.['numberReady'] ?? 0) < Number(status?.['desiredNumberScheduled'] ?? 0);
  return !isWell(object);
}

/** `Pod web`, `Pod web (shop)`. */
function called({ kind = '', metadata = {} }: KubeObject): string {
  const { name = '', namespace = 'default' } = metadata;
  return `${kind} ${name}${namespace === 'default' ? '' : ` (${namespace})`}`;
}

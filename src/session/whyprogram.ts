// `why KIND/NAME`: what is wrong with an object, from the API alone, and below it, apart, the recorded way back to what the
// learner did. `why not ready`, or `why` alone, and `why pending` look at everything.

import type { Cluster } from '../../sandbox/cluster.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../sandbox/kube/resource.ts';
import type { Blocking, Program, Sys, TtySize } from '../../sandbox/machine/sys.ts';
import { encode } from '../../sandbox/machine/text.ts';
import { type Why, whyObject } from '../../sandbox/why.ts';
import { evidenceLines, type Question, surveyLines } from '../evidence/lines.ts';
import type { Lookup } from '../evidence/row.ts';
import type { Language } from '../i18n/language.ts';
import { duration, tell } from '../i18n/say.ts';
import { kubeconfigFiles, loadKubeconfig } from '../kubectl/kubeconfig/load.ts';
import { createLog } from '../kubectl/log.ts';
import { wrapLine } from '../workstation/line/wrap.ts';
import { CHECKER, LESSON } from './checker.ts';
import { languageOf } from './language.ts';

/** The program; it looks into the cluster that it runs beside. */
export function why(cluster: () => Cluster): Program {
  return function* run(sys: Sys): Blocking<number> {
    const language = yield* languageOf(sys);
    const asked = parseWhy(sys.argv.slice(1), yield* currentNamespace(sys));
    const { lines, status } = answer(cluster(), asked, language);
    const fd = status === 0 ? 1 : 2;
    yield* sys.write(fd, encode(`${laidOut(lines, sys.ttySize(fd)).join('\n')}\n`));
    return status;
  };
}

/** Where kubectl would look; `default` where the kubeconfig can't be read, which is kubectl's to say. */
function* currentNamespace(sys: Sys): Blocking<string> {
  try {
    const config = yield* loadKubeconfig(sys, kubeconfigFiles(sys, ''), createLog(sys, 0));
    return config.contexts.get(config.currentContext)?.value.namespace ?? DEFAULT_NAMESPACE;
  } catch {
    return DEFAULT_NAMESPACE;
  }
}

/** On a terminal lines are broken between words; elsewhere they stay as they are. */
function laidOut(lines: readonly string[], size: TtySize | undefined): readonly string[] {
  return size === undefined ? lines : lines.flatMap((line) => wrapLine(line, size.columns));
}

interface Answer {
  readonly lines: readonly string[];
  readonly status: number;
}

function answer(cluster: Cluster, asked: Asked | undefined, language: Language): Answer {
  if (asked === undefined) return { lines: [tell(language, 'why.usage', {})], status: 2 };
  const look = lookInto(cluster);
  if ('question' in asked) return { lines: surveyLines(asked.question, asked.namespace, look, language), status: 0 };
  const type = typeOf(cluster, asked.resource);
  if (type === undefined) return { lines: [tell(language, 'why.noKind', { kind: asked.resource })], status: 1 };
  const namespace = type.namespaced ? asked.namespace : undefined;
  const { name } = asked;
  const [object] = look({
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
  });
  const found = whyObject(cluster, type, namespace, name);
  const what = `${type.kind}/${name}`;
  if (found === undefined && object === undefined)
    return { lines: [tell(language, 'why.nothing', { object: what })], status: 1 };
  const evidence =
    object === undefined
      ? [`  ${tell(language, 'why.gone', { object: what })}`]
      : evidenceLines(object, look, language);
  const chain = found === undefined ? [] : whyLines(found, language, cluster.loop.now());
  return {
    lines: [
      tell(language, 'why.evidence', {}),
      ...evidence,
      ...(chain.length === 0 ? [] : [tell(language, 'why.chain', {}), ...chain.map((line) => `  ${line}`)]),
    ],
    status: 0,
  };
}

/** The API as whoever asks why sees it. Kinds that nobody serves have no objects. */
function lookInto({ api, client, run }: Cluster): Lookup {
  const known = new Map<string, readonly KubeObject[]>();
  return ({ apiVersion, kind, name, namespace = 'default', selector }) => {
    const key = JSON.stringify([apiVersion, kind, name, namespace, selector]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const type = api.registry
      .all()
      .find(
        (one) => one.type.kind === kind && (apiVersion === undefined || apiVersionOf(one.type) === apiVersion),
      )?.type;
    const found = type === undefined ? [] : listed(type);
    known.set(key, found);
    return found;

    function listed(resource: ResourceType): readonly KubeObject[] {
      const place = resource.namespaced && namespace !== '*' ? namespace : undefined;
      const options = {
        ...(selector === undefined ? {} : { labelSelector: selector }),
        ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
      };
      const { items } = run(client(CHECKER).list(resource, place, options));
      return items.map((item) => ({ apiVersion: apiVersionOf(resource), kind, ...item }));
    }
  };
}

function apiVersionOf({ group, version }: ResourceType): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The chain as lines, the object first. */
function whyLines({ steps, root, touched }: Why, language: Language, now: number): readonly string[] {
  const lines = steps.map(({ object, verb, actor, time }, index) => {
    const ago = duration(now - time);
    return `${arrow(index)}${tell(language, `why.${verb}`, { object, actor, ago })}`;
  });
  const indent = arrow(steps.length);
  const since =
    touched === undefined || touched.what === LESSON
      ? []
      : [tell(language, 'why.touched', { what: touched.what, ago: duration(now - touched.time) })];
  return [...lines, `${indent}${rootLine(root, language)}`, ...since];
}

function rootLine(root: Why['root'], language: Language): string {
  if (root === undefined) return tell(language, 'why.outside', {});
  return root.what === LESSON ? tell(language, 'why.lesson', {}) : tell(language, 'why.you', { what: root.what });
}

/** Each step stands under what it led to. */
function arrow(depth: number): string {
  return depth === 0 ? '' : `${'  '.repeat(depth)}← `;
}

/** What is asked: about one object, or about all that is in trouble. */
export type Asked =
  | { readonly resource: string; readonly name: string; readonly namespace: string }
  | { readonly question: Question; readonly namespace: string };

const DEFAULT_NAMESPACE = 'default';

/** `why pod/web-x`, `why pod web-x`, `why not ready` (also without a word), `why pending`; with `-n NAMESPACE` or `-A` anywhere. */
export function parseWhy(args: readonly string[], usual = DEFAULT_NAMESPACE): Asked | undefined {
  const words: string[] = [];
  let namespace = usual;
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '-n' || word === '--namespace') namespace = args[++at] ?? '';
    else if (word.startsWith('--namespace=')) namespace = word.slice('--namespace='.length);
    else if (word === '-A' || word === '--all-namespaces') namespace = '*';
    else if (word.startsWith('-')) return undefined;
    else words.push(...word.split('/'));
  }
  const [resource, name, ...more] = words;
  const question = words.join(' ').toLowerCase() || 'not ready';
  if (namespace === '') return undefined;
  if (question === 'not ready' || question === 'pending') return { question, namespace };
  if (!resource || !name || more.length > 0 || namespace === '*') return undefined;
  return { resource: resource.toLowerCase(), name, namespace };
}

/** By plural, singular, short name or kind, as kubectl finds them. */
export function typeOf({ api }: Cluster, word: string): ResourceType | undefined {
  const [plain = '', ...group] = word.split('.');
  const found = api.registry
    .all()
    .find(
      ({ type, names }) =>
        (group.length === 0 || type.group === group.join('.')) &&
        (type.resource === plain || names.singular === plain || names.shortNames.includes(plain)),
    );
  return found?.type;
}

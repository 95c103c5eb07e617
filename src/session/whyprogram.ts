// `why KIND/NAME`: the way from an object back to what the learner did, in words.

import type { Cluster } from '../../sandbox/cluster.ts';
import type { ResourceType } from '../../sandbox/kube/resource.ts';
import type { Blocking, Program, Sys } from '../../sandbox/machine/sys.ts';
import { encode } from '../../sandbox/machine/text.ts';
import { type Why, whyObject } from '../../sandbox/why.ts';
import type { Language } from '../i18n/language.ts';
import { duration, tell } from '../i18n/say.ts';

/** The program; it looks into the cluster that it runs beside. */
export function why(cluster: () => Cluster): Program {
  return function* run(sys: Sys): Blocking<number> {
    const language = languageOf(sys);
    const asked = parse(sys.argv.slice(1));
    if (asked === undefined) {
      yield* sys.write(2, encode(`${tell(language, 'why.usage', {})}\n`));
      return 2;
    }
    const type = typeOf(cluster(), asked.resource);
    if (type === undefined) {
      yield* sys.write(2, encode(`${tell(language, 'why.noKind', { kind: asked.resource })}\n`));
      return 1;
    }
    const namespace = type.namespaced ? asked.namespace : undefined;
    const found = whyObject(cluster(), type, namespace, asked.name);
    if (found === undefined) {
      yield* sys.write(2, encode(`${tell(language, 'why.nothing', { object: `${type.kind}/${asked.name}` })}\n`));
      return 1;
    }
    yield* sys.write(1, encode(whyLines(found, language, cluster().loop.now()).join('\n').concat('\n')));
    return 0;
  };
}

/** The chain as lines, the object first. */
export function whyLines({ steps, root }: Why, language: Language, now: number): readonly string[] {
  const lines = steps.map(({ object, verb, actor, time }, index) => {
    const ago = duration(now - time);
    return `${arrow(index)}${tell(language, `why.${verb}`, { object, actor, ago })}`;
  });
  const indent = arrow(steps.length);
  if (root !== undefined) lines.push(`${indent}${tell(language, 'why.you', { what: root.what })}`);
  else lines.push(`${indent}${tell(language, 'why.outside', {})}`);
  return lines;
}

/** Each step stands under what it led to. */
function arrow(depth: number): string {
  return depth === 0 ? '' : `${'  '.repeat(depth)}← `;
}

interface Asked {
  readonly resource: string;
  readonly name: string;
  readonly namespace: string;
}

/** `why pod/web-x`, `why pod web-x`, with `-n NAMESPACE` anywhere. */
function parse(args: readonly string[]): Asked | undefined {
  const words: string[] = [];
  let namespace = 'default';
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '-n' || word === '--namespace') namespace = args[++at] ?? '';
    else if (word.startsWith('--namespace=')) namespace = word.slice('--namespace='.length);
    else if (word.startsWith('-')) return undefined;
    else words.push(...word.split('/'));
  }
  const [resource, name, ...more] = words;
  if (!resource || !name || more.length > 0 || namespace === '') return undefined;
  return { resource: resource.toLowerCase(), name, namespace };
}

/** By plural, singular, short name or kind, as kubectl finds them. */
function typeOf({ api }: Cluster, word: string): ResourceType | undefined {
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

function languageOf(sys: Sys): Language {
  return (sys.env.get('LANG') ?? '').startsWith('ja') ? 'ja' : 'en';
}

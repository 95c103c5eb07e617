// Random command lines: any command, kind and form of output, with right, missing and wrong arguments.

import { allFlags, type FlagSpec, ownFlags, rowOf } from '../../../src/kubectl/data/catalog.ts';
import type { Dice } from '../../hunt/chance.ts';
import { KINDS, UNUSED_FLAGS, VALUES } from './vocabulary.ts';

/** Arguments of a command, with places: KIND, NAMED (`TYPE NAME` or `TYPE/NAME`), NAME, VERB, FIELD, NODE. */
interface Form {
  readonly path: string;
  /** How often it is drawn, against others. */
  readonly weight?: number;
  readonly arguments: readonly string[];
  /** Flags that it can't do without. */
  readonly needs?: readonly string[];
  /** Added always: what keeps the world as it is. */
  readonly always?: string;
}

const FORMS: readonly Form[] = [
  { path: 'get', weight: 8, arguments: ['KIND', 'NAMED', 'KIND,KIND', 'NAMED NAME', 'KIND/NAME KIND/NAME', ''] },
  { path: 'describe', weight: 5, arguments: ['KIND', 'NAMED', 'NAMED', ''] },
  { path: 'explain', weight: 2, arguments: ['KIND', 'KIND.FIELD', 'KIND.FIELD.FIELD', ''] },
  { path: 'label', weight: 2, arguments: ['NAMED PAIR', 'NAMED PAIR PAIR', 'KIND', 'NAMED'] },
  { path: 'annotate', weight: 2, arguments: ['NAMED PAIR', 'NAMED PAIR PAIR', 'NAMED'] },
  { path: 'taint', arguments: ['node NODE TAINT', 'nodes NODE TAINT TAINT', 'NAMED TAINT', 'nodes TAINT'] },
  { path: 'scale', weight: 2, arguments: ['NAMED', 'KIND'], needs: ['replicas'] },
  { path: 'autoscale', arguments: ['NAMED'], needs: ['max'] },
  { path: 'patch', weight: 3, arguments: ['NAMED'], needs: ['patch'] },
  { path: 'expose', weight: 2, arguments: ['NAMED'], needs: ['port'] },
  { path: 'run', weight: 2, arguments: ['NEW', ''], needs: ['image'], always: '--dry-run=client -o yaml' },
  { path: 'rollout status', arguments: ['NAMED'], always: '--watch=false' },
  { path: 'rollout history', arguments: ['NAMED', 'KIND'] },
  { path: 'rollout undo', arguments: ['NAMED'] },
  { path: 'rollout restart', arguments: ['NAMED', 'KIND'] },
  { path: 'rollout pause', arguments: ['NAMED'] },
  { path: 'rollout resume', arguments: ['NAMED'] },
  { path: 'set image', arguments: ['NAMED web=nginx:1.28', 'NAMED *=busybox', 'NAMED', 'NAMED x'] },
  { path: 'set env', arguments: ['NAMED PAIR', 'NAMED', 'NAMED --list'] },
  { path: 'set resources', arguments: ['NAMED'], needs: ['limits'] },
  { path: 'set selector', arguments: ['NAMED PAIR', 'svc NAME app=x'] },
  { path: 'set serviceaccount', arguments: ['NAMED robot', 'NAMED'] },
  { path: 'set subject', arguments: ['NAMED', 'rolebinding reader'], needs: ['user'] },
  { path: 'wait', arguments: ['NAMED', 'KIND --all'], needs: ['for'], always: '--timeout=1s' },
  { path: 'auth can-i', weight: 2, arguments: ['VERB KIND', 'VERB KIND/NAME', 'VERB /healthz', '', '--list'] },
  { path: 'auth whoami', arguments: [''] },
  { path: 'api-resources', arguments: ['', 'x'] },
  { path: 'api-versions', arguments: [''] },
  { path: 'cluster-info', arguments: [''] },
  { path: 'events', arguments: ['', '--for=KIND/NAME'] },
  { path: 'logs', arguments: ['NAMED', 'NAME', 'KIND/NAME NAME'] },
  { path: 'top pod', arguments: ['', 'NAME'] },
  { path: 'top node', arguments: ['', 'NODE'] },
  { path: 'cordon', arguments: ['NODE', 'NAME', ''] },
  { path: 'uncordon', arguments: ['NODE', ''] },
  { path: 'drain', arguments: ['NODE', 'NAME'], always: '--dry-run=client' },
  { path: 'delete', weight: 2, arguments: ['NAMED', 'KIND', 'NAMED NAME'], always: '--dry-run=client' },
  { path: 'apply', arguments: [''], needs: ['filename'] },
  { path: 'apply view-last-applied', arguments: ['NAMED'] },
  { path: 'replace', arguments: [''], needs: ['filename'] },
  { path: 'create', arguments: ['', 'NEW'], needs: ['filename'] },
  { path: 'certificate approve', arguments: ['jane', 'NAME'] },
  // -o shows the build, which isn't a release's.
  { path: 'version', arguments: ['', 'x'], always: '-o bogus' },
  { path: 'config view', arguments: ['', 'x'] },
  { path: 'config get-contexts', arguments: ['', 'k8s-learn', 'x'] },
  { path: 'config set-context', arguments: ['NEW', '--current', ''] },
  // Without arguments it gives help, and that is in our own words.
  { path: 'config use-context', arguments: ['k8s-learn', 'x'] },
  { path: 'create configmap', weight: 2, arguments: ['NEW', ''], needs: ['from-literal'] },
  { path: 'create secret generic', arguments: ['NEW', ''], needs: ['from-literal'] },
  { path: 'create deployment', weight: 2, arguments: ['NEW', 'NEW -- sleep 1'], needs: ['image'] },
  { path: 'create job', arguments: ['NEW', 'NEW -- date'], needs: ['image'] },
  { path: 'create cronjob', arguments: ['NEW', 'NEW -- date'], needs: ['image', 'schedule'] },
  { path: 'create namespace', arguments: ['NEW', 'NEW NEW', ''] },
  { path: 'create serviceaccount', arguments: ['NEW', ''] },
  { path: 'create service clusterip', arguments: ['NEW', ''], needs: ['tcp'] },
  { path: 'create service nodeport', arguments: ['NEW'], needs: ['tcp'] },
  { path: 'create service loadbalancer', arguments: ['NEW'], needs: ['tcp'] },
  { path: 'create service externalname', arguments: ['NEW'], needs: ['external-name'] },
  { path: 'create role', weight: 2, arguments: ['NEW'], needs: ['verb', 'resource'] },
  { path: 'create clusterrole', weight: 2, arguments: ['NEW'], needs: ['verb', 'resource'] },
  { path: 'create rolebinding', arguments: ['NEW'], needs: ['role', 'user'] },
  { path: 'create clusterrolebinding', arguments: ['NEW'], needs: ['clusterrole', 'user'] },
  { path: 'create quota', arguments: ['NEW'], needs: ['hard'] },
  { path: 'create poddisruptionbudget', arguments: ['NEW'], needs: ['selector', 'min-available'] },
  { path: 'create priorityclass', arguments: ['NEW'], needs: ['value'] },
  { path: 'create ingress', weight: 2, arguments: ['NEW'], needs: ['rule'] },
  {
    path: '',
    arguments: ['__completeNoDesc COMMAND NAMED', '__completeNoDesc COMMAND KIND', '__completeNoDesc COMMAND -'],
  },
  { path: 'create token', arguments: ['robot', 'NAME', ''] },
];

const WORDS: Readonly<Record<string, readonly string[]>> = {
  FIELD: ['spec', 'metadata', 'status', 'kind', 'containers', 'template', 'rules', 'data', 'nope'],
  PAIR: ['a=b', 'a=c', 'app=web', 'a-', 'none-', 'bad', 'x.y/z=1', 'a=b c', '=x', 'a=', '-'],
  TAINT: ['k=v:NoSchedule', 'k:NoExecute', 'k:NoSchedule-', 'k-', 'bad', 'k=v:Bogus', 'k=v'],
  COMMAND: ['get', 'describe', 'logs', 'scale', 'rollout undo', 'config use-context', 'exec', 'top pod', 'create'],
  VERB: ['get', 'list', 'create', '*', 'frob', 'delete', 'watch'],
  NODE: ['worker-1', 'worker-2', 'control-plane', 'nowhere'],
  NEW: ['n1', 'n2', 'n3', 'web', 'Bad', 'a.b', 'x_y'],
};

export function randomLine(dice: Dice): string {
  const form = dice.pick(FORMS.flatMap((each) => Array.from({ length: each.weight ?? 1 }, () => each)));
  if (form === undefined) throw new Error('there are no forms');
  const [before, after] = halves(dice.pick(form.arguments) ?? '');
  const needs = (form.needs ?? []).filter(() => !dice.once(8));
  const words = [
    `kubectl ${form.path}`.trim(),
    ...filled(before, dice),
    ...flagWords(form, needs, dice),
    ...(dice.once(4) ? [] : ['-n', 'shop']),
    ...(form.always === undefined ? [] : [form.always]),
    ...after.map(quoted),
  ];
  return words.join(' ');
}

/** What is for kubectl, and what stands after `--`. */
function halves(text: string): readonly [readonly string[], readonly string[]] {
  const words = text.split(' ').filter((word) => word !== '');
  const dashes = words.indexOf('--');
  return dashes < 0 ? [words, []] : [words.slice(0, dashes), words.slice(dashes)];
}

function filled(words: readonly string[], dice: Dice): readonly string[] {
  const kind = dice.pick(KINDS) ?? { types: [], names: [] };
  const type = (): string => (dice.once(6) ? dice.pick(dice.pick(KINDS)?.types ?? []) : dice.pick(kind.types)) ?? '';
  const name = (): string => (dice.once(8) ? 'nothing' : (dice.pick(kind.names) ?? ''));
  const named = (): string => (dice.once(2) ? `${type()} ${name()}` : `${type()}/${name()}`);
  const places: Readonly<Record<string, () => string>> = { KIND: type, NAME: name, NAMED: named };
  return words.flatMap((word) =>
    word
      .replace(/[A-Z]{3,}/g, (place) => places[place]?.() ?? dice.pick(WORDS[place] ?? []) ?? place)
      .split(/ (?=\S)/)
      .map(quoted),
  );
}

function flagWords({ path }: Form, needs: readonly string[], dice: Dice): readonly string[] {
  const row = rowOf(path);
  const own = ownFlags(row);
  const known = allFlags(row).filter(({ name }) => !UNUSED_FLAGS.has(name));
  const drawn: FlagSpec[] = needs.flatMap((name) => known.find((flag) => flag.name === name) ?? []);
  const more = [0, 0, 1, 1, 2, 3][dice.roll(6)] ?? 0;
  for (let i = 0; i < more; i++) {
    const pool = dice.once(6) ? known : own.filter(({ name }) => !UNUSED_FLAGS.has(name));
    const flag = dice.pick(pool);
    if (flag !== undefined) drawn.push(flag);
  }
  const words = drawn.map((flag) => flagWord(flag, dice));
  return dice.once(25)
    ? [...words, dice.pick(['--nope', '-Z', '--output', '-o', '--', '--nope=x', '-n']) ?? '']
    : words;
}

/** A flag with a value that it may have, or nearly. */
export function flagWord({ name, type, shorthand }: FlagSpec, dice: Dice): string {
  const isBare = type === 'bool' || (type === 'tristate' && dice.once(2));
  const short = shorthand !== '' && dice.once(3);
  const dashed = short ? `-${shorthand}` : `--${name}`;
  if (isBare) return dice.once(12) ? `--${name}=${dice.pick(['false', 'x', ''])}` : dashed;
  const fallback = /^int|level/.test(type)
    ? ['1', '0', '-1', 'x']
    : type === 'duration'
      ? ['1s', 'x']
      : ['x', 'a=b', ''];
  const value = dice.pick(VALUES[name] ?? fallback) ?? '';
  return `${dashed}${short ? ' ' : '='}${quoted(value)}`;
}

function quoted(word: string): string {
  return /^[\w./@+:=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

// A cluster that isn't ours, as the teacher sees it: read over HTTP, never copied, never disturbed. What checks and
// evidence ask are questions (`questions.ts`).

import { createClient, rootCaller, type Transport } from '../../sandbox/client/client.ts';
import { isObject, type JsonValue, own } from '../../sandbox/kube/json.ts';
import type { KubeList, KubeObject } from '../../sandbox/kube/meta.ts';
import type { Answer, ListOptions, Operation, Target } from '../../sandbox/kube/operation.ts';
import { parseApiVersion, type ResourceType } from '../../sandbox/kube/resource.ts';
import { failure, reasonOf } from '../../sandbox/kube/status.ts';
import { RESOURCES } from '../../sandbox/schema/schema.ts';
import type { Work } from '../../sandbox/time/loop.ts';
import type { TimeMs } from '../../sandbox/time/units.ts';
import type { TeacherSession } from '../checks/session.ts';
import { type Lookup, Unseen } from '../evidence/row.ts';
import { type HostScript, runHostScript } from '../host/script.ts';
import { CHECKER } from '../session/checker.ts';
import { callKubectl, type Place, placeFlags } from './kubectlcall.ts';
import { createQuestions, type Questions } from './questions.ts';

export interface Remote {
  readonly session: TeacherSession;
  readonly look: Lookup;
  /** Time has passed there: all is asked for again. */
  refresh(now: TimeMs): void;
  /** A kind by what people call it: plural, singular, short name. */
  typeNamed(word: string): ResourceType | undefined;
}

/** `self`: how this program is started, for scripts of checks that call kubectl. */
export function openRemote(place: Place, self: readonly string[], begun: TimeMs): Remote {
  let now = begun;
  const questions = createQuestions();
  const transport = transportTo(place, questions);
  const client = createClient(transport, rootCaller(CHECKER, CHECKER.name));
  const cannot = (): never => {
    throw new Error('this cluster is not ours to change');
  };
  const resolve = (apiVersion: string | undefined, kind: string) => resolved(place, questions, apiVersion, kind);
  const session: TeacherSession = {
    inPlace: true,
    now: () => now,
    revision: () => 1,
    client: (user) => client.as(user, user.name),
    run,
    resolve,
    changesAfter: () => 'gone',
    changedSince: () => false,
    revisionAt: () => 1,
    listAt: () => 'gone',
    log({ namespace, pod, container, previous }) {
      const flags = [...(container === undefined ? [] : ['-c', container]), ...(previous ? ['--previous'] : [])];
      const args = ['logs', '-n', namespace, pod, ...flags];
      const { status, stdout } = questions.ask(args.join(' '), () => callKubectl(place, args));
      return status === 0 ? stdout : undefined;
    },
    file: () => undefined,
    fork: () => session,
    advance() {},
    settle() {},
    exec: (script, timeoutMs) =>
      questions.ask(`exec ${script}`, () => runHostScript(script, scriptOptions(place, self, timeoutMs))),
    start: cannot,
    startBeside: cannot,
    perform: cannot,
  };
  return {
    session,
    look: lookThrough(session),
    refresh(later) {
      now = later;
      questions.forget();
    },
    typeNamed: (word) => named(place, questions, word),
  };
}

function run<T>(work: Work<T>): T {
  const step = work.next();
  if (step.done === true) return step.value;
  throw new Error('a call of a remote cluster does not wait');
}

function transportTo(place: Place, questions: Questions): Transport {
  const cannot = (): never => {
    throw new Error('a remote cluster is only read');
  };
  return {
    *call(operation: Operation): Work<Answer> {
      if (operation.verb !== 'list' && operation.verb !== 'get') return cannot();
      const path = pathOf(operation.target, operation.verb === 'list' ? operation.options : undefined);
      const object = questions.ask(path, () => fetched(place, path));
      return { code: 200, object: object as KubeObject | KubeList, warnings: [] };
    },
    watch: cannot,
    take: cannot,
    unwatch() {},
  };
}

function pathOf(target: Target, options: ListOptions = {}): string {
  const { group, version, resource, namespace, name } = target;
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
  const query = new URLSearchParams();
  if (options.labelSelector !== undefined) query.set('labelSelector', options.labelSelector);
  if (options.fieldSelector !== undefined) query.set('fieldSelector', options.fieldSelector);
  const asked = query.size === 0 ? '' : `?${query}`;
  return `${root}${place}/${resource}${name === undefined ? '' : `/${name}`}${asked}`;
}

/** Throws what the server refused it with. */
async function fetched(place: Place, path: string): Promise<JsonValue> {
  const { status, stdout, stderr } = await callKubectl(place, ['get', '--raw', path]);
  if (status === 0) return JSON.parse(stdout) as JsonValue;
  const found = /Error from server \((\w+)\)/.exec(stderr)?.[1];
  if (found !== undefined) throw failure(found === 'NotFound' ? 404 : 403, found, stderr.trim());
  throw new Error(stderr.trim() || `kubectl ended with ${status}`);
}

/** Built-in kinds are known; others are asked for. */
function resolved(
  place: Place,
  questions: Questions,
  apiVersion: string | undefined,
  kind: string,
): ResourceType | undefined {
  if (apiVersion === undefined) return RESOURCES.find((one) => one.kind === kind);
  const { group, version } = parseApiVersion(apiVersion);
  const known = RESOURCES.find((one) => one.kind === kind && one.group === group && one.version === version);
  if (known !== undefined || group === '') return known;
  try {
    const list = questions.ask(`/apis/${apiVersion}`, () => fetched(place, `/apis/${apiVersion}`));
    const resources = isObject(list) ? own(list, 'resources') : undefined;
    const found = (Array.isArray(resources) ? resources : []).find(
      (one: JsonValue) => isObject(one) && own(one, 'kind') === kind && !String(own(one, 'name')).includes('/'),
    );
    if (!isObject(found)) return undefined;
    return {
      group,
      version,
      kind,
      resource: String(own(found, 'name')),
      namespaced: own(found, 'namespaced') === true,
    };
  } catch (error) {
    if (reasonOf(error) === 'NotFound') return undefined;
    throw error;
  }
}

/** As kubectl finds kinds: it lists what there is. */
function named(place: Place, questions: Questions, word: string): ResourceType | undefined {
  const [plain = '', ...group] = word.toLowerCase().split('.');
  const { stdout } = questions.ask('api-resources', () => callKubectl(place, ['api-resources', '--no-headers']));
  for (const line of stdout.split('\n')) {
    const columns = line.trim().split(/\s+/);
    const [apiVersion = '', namespaced = '', kind = ''] = columns.slice(-3);
    const [resource = '', shorts = ''] = columns;
    const names = [resource, kind.toLowerCase(), ...(columns.length > 4 ? shorts.split(',') : [])];
    const parsed = parseApiVersion(apiVersion);
    if (!names.includes(plain) || (group.length > 0 && parsed.group !== group.join('.'))) continue;
    return { ...parsed, kind, resource, namespaced: namespaced === 'true' };
  }
  return undefined;
}

/** What may not be seen isn't missing. */
function lookThrough(session: TeacherSession): Lookup {
  return ({ apiVersion, kind, name, namespace = 'default', selector }) => {
    const type = session.resolve(apiVersion, kind);
    if (type === undefined) return [];
    const options = {
      ...(selector === undefined ? {} : { labelSelector: selector }),
      ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
    };
    const place = type.namespaced && namespace !== '*' ? namespace : undefined;
    const version = type.group === '' ? type.version : `${type.group}/${type.version}`;
    try {
      const { items } = session.run(session.client(CHECKER).list(type, place, options));
      return items.map((item) => ({ apiVersion: version, kind: type.kind, ...item }));
    } catch (error) {
      if (reasonOf(error) === 'NotFound') return [];
      if (reasonOf(error) === 'Forbidden') throw new Unseen(String(error));
      throw error;
    }
  };
}

/** `kubectl` in a script is ours, and leads to the cluster. */
function scriptOptions(place: Place, self: readonly string[], timeoutMs: number): HostScript {
  return {
    timeoutMs,
    programs: new Map([['kubectl', [...self, 'kubectl', ...placeFlags(place)]]]),
    env: { ADMIN_KUBECONFIG: place.kubeconfig ?? '' },
  };
}

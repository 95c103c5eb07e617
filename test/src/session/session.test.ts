import { describe, expect, it } from 'vitest';
import { durationMs, EPOCH } from '../../../sandbox/time/units.ts';
import { embeddedSession } from '../../../src/checks/embedded.ts';
import { say } from '../../../src/i18n/say.ts';
import { chainOf } from '../../../src/lessons/chain.ts';
import { storeDigest } from '../../../src/session/digest.ts';
import { readHomeFile } from '../../../src/session/home.ts';
import { speakIn } from '../../../src/session/language.ts';
import { createSession, type Entry, replay, type Session } from '../../../src/session/session.ts';

const BEGINNING = { version: '0.0.0', seed: 7, startTime: EPOCH };

/** A session with one shell at its prompt, and what it has shown. */
function started(): { session: Session; entries: Entry[]; shown: () => string } {
  const entries: Entry[] = [];
  const session = createSession(BEGINNING, (entry) => entries.push(entry));
  let text = '';
  session.onOutput((_, bytes) => {
    text += Buffer.from(bytes).toString('utf8');
  });
  session.enter({ kind: 'shell', shell: 1, does: 'open' });
  session.advance(durationMs(1000));
  return { session, entries, shown: () => text };
}

/** The kind of an object, or the type of an event. */
function kinds(bytes: Uint8Array): string {
  const value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  return value.type ?? value.kind;
}

/** A client outside: asks, and keeps what it hears. */
function outside(session: Session) {
  const heard: string[] = [];
  const texts = new Map<number, string>();
  session.onClient({
    head: (id, { status }) => heard.push(`${id} ${status}`),
    data(id, bytes) {
      heard.push(`${id} ${kinds(bytes)}`);
      texts.set(id, Buffer.from(bytes).toString('utf8'));
    },
    end: (id) => heard.push(`${id} end`),
  });
  const ask = (id: number, method: string, target: string, body = ''): string => {
    const headers = { 'content-type': ['application/json'], 'user-agent': ['curl/8'] };
    const user = { name: 'admin', groups: ['system:masters'] };
    const data = Buffer.from(body).toString('base64');
    session.enter({
      kind: 'client',
      client: { kind: 'request', id, method, target, headers, body: data, source: '127.0.0.1', user },
    });
    session.advance(durationMs(1000));
    return texts.get(id) ?? '';
  };
  return { heard, ask, said: (id: number) => texts.get(id) ?? '' };
}

function type(session: Session, line: string): void {
  session.enter({ kind: 'line', shell: 1, line });
  session.advance(durationMs(3000));
}

describe('a session', () => {
  it('runs command lines in a shell that stays', () => {
    const { session, shown } = started();
    expect(session.shells().get(1)?.marks).toMatchObject({ atPrompt: true, prompt: '~ $ ', cwd: '/home/learner' });
    type(session, 'cd /tmp && X=5');
    type(session, 'echo $X; false');
    expect(shown()).toBe('5\r\n');
    expect(session.shells().get(1)?.marks).toMatchObject({ atPrompt: true, prompt: '/tmp $ ', lastStatus: 1 });
  });

  it('gives keys to what runs in the foreground', () => {
    const { session, shown } = started();
    type(session, 'cat');
    expect(session.shells().get(1)?.marks.atPrompt).toBe(false);
    session.enter({ kind: 'keys', shell: 1, keys: 'hello\r' });
    session.advance(durationMs(1000));
    session.enter({ kind: 'keys', shell: 1, keys: '\x03' });
    session.advance(durationMs(1000));
    expect(shown()).toBe('hello\r\nhello\r\n^C\r\n');
    expect(session.shells().get(1)?.marks).toMatchObject({ atPrompt: true, lastStatus: 130 });
  });

  it('takes the last command line back, in the cluster and in its shells', () => {
    const { session } = started();
    type(session, 'kubectl create configmap a');
    const before = storeDigest(session.cluster());
    type(session, 'cd /tmp; kubectl create configmap b');
    expect(session.undo()).toBe('cd /tmp; kubectl create configmap b');
    expect(storeDigest(session.cluster())).toBe(before);
    expect(session.shells().get(1)?.marks.cwd).toBe('/home/learner');
    type(session, 'kubectl get configmap -o name | grep -v root');
    expect(session.inputs()).toHaveLength(3);
  });

  it('is made again from what was written down, byte for byte', () => {
    const { session, entries } = started();
    type(session, 'kubectl create configmap a --from-literal=x=1');
    type(session, 'kubectl create configmap b');
    session.undo();
    type(session, 'kubectl create secret generic c --from-literal=y=2');
    session.enter({ kind: 'end' });
    const again = replay(BEGINNING, entries);
    expect(again.now()).toBe(session.now());
    expect(storeDigest(again.cluster())).toBe(storeDigest(session.cluster()));
    expect(again.shells().get(1)?.marks).toEqual(session.shells().get(1)?.marks);
  });

  it('serves clients outside, and plays them again', () => {
    const { session, entries } = started();
    const { heard, ask } = outside(session);
    ask(1, 'GET', '/api/v1/namespaces/default/configmaps?watch=true&fieldSelector=metadata.name%3Da');
    ask(2, 'POST', '/api/v1/namespaces/default/configmaps', '{"metadata":{"name":"a"}}');
    session.enter({ kind: 'client', client: { kind: 'hangup', id: 1 } });
    type(session, 'kubectl delete configmap a');
    expect(heard).toEqual(['1 200', '2 201', '2 ConfigMap', '2 end', '1 ADDED']);
    session.enter({ kind: 'end' });
    expect(storeDigest(replay(BEGINNING, entries).cluster())).toBe(storeDigest(session.cluster()));
  });

  it('with a client outside, undo ends watches and goes on upward, as a restored etcd does', () => {
    const { session, entries } = started();
    const { heard, ask, said } = outside(session);
    const list = (id: number): number =>
      Number(JSON.parse(ask(id, 'GET', '/api/v1/namespaces/default/configmaps')).metadata.resourceVersion);
    const watch = '/api/v1/namespaces/default/configmaps?watch=true&resourceVersion=';
    const before = list(1);
    ask(2, 'GET', `${watch}${before}`);
    type(session, 'kubectl create configmap a');
    const after = list(3);
    ask(4, 'GET', `${watch}${after}`);
    ask(5, 'GET', '/api/v1/namespaces/default/pods?watch=true&allowWatchBookmarks=true');
    expect(session.undo()).toBe('kubectl create configmap a');
    for (const id of [2, 4, 5]) {
      expect(heard.slice(-6)).toEqual(expect.arrayContaining([`${id} ERROR`, `${id} end`]));
      expect(JSON.parse(said(id))).toMatchObject({ object: { code: 410, reason: 'Expired' } });
    }
    expect(list(6)).toBeGreaterThan(after);
    expect(JSON.parse(said(6)).items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual([
      'kube-root-ca.crt',
    ]);
    expect(JSON.parse(ask(7, 'GET', `${watch}${after}`))).toMatchObject({ type: 'ERROR', object: { code: 410 } });
    ask(8, 'GET', `${watch}${list(9)}`);
    type(session, 'kubectl create configmap b; kubectl create deployment web --image=nginx:1.27');
    session.advance(durationMs(20_000));
    expect(JSON.parse(said(8))).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'b' } } });
    type(session, 'kubectl rollout status deployment/web --timeout=10s');
    expect(session.shells().get(1)?.marks.lastStatus).toBe(0);
    const undone = list(10);
    session.undo();
    session.undo();
    expect(list(11)).toBeGreaterThan(undone);
    session.enter({ kind: 'end' });
    expect(storeDigest(replay(BEGINNING, entries).cluster())).toBe(storeDigest(session.cluster()));
  });

  it('does not say that the learner did what the lesson did', () => {
    const { session, shown } = started();
    const manifests = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: default }';
    session.enter({ kind: 'apply', manifests });
    type(session, 'why cm/a');
    expect(shown()).toContain('← the lesson: it stood so when you came\r\n');
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } };
    const chain = chainOf(embeddedSession(session.cluster), object);
    expect(chain.map((words) => say(words, 'en'))).toEqual(['the lesson, not you']);
  });

  it('says why something is there', () => {
    const { session, shown } = started();
    type(session, 'kubectl create configmap a');
    type(session, 'clear; why cm/a');
    expect(shown()).toContain('ConfigMap a: nothing is wrong with it');
    expect(shown()).toContain('configmap/a: made by kubectl, 2 s ago\r\n    ← you: kubectl create configmap a\r\n');
  });

  it('says who has changed a thing since it was made', () => {
    const { session, shown } = started();
    session.enter({
      kind: 'apply',
      manifests: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: default }',
    });
    type(session, 'kubectl label configmap a tier=front');
    type(session, 'clear; why cm/a');
    expect(shown()).toMatch(/by you: kubectl label configmap a tier=front/);
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } };
    const chain = chainOf(embeddedSession(session.cluster), object);
    expect(chain.map((words) => say(words, 'en'))).toEqual(['you: kubectl label configmap a tier=front']);
  });

  it('says why in lines that a terminal does not have to break, and of the namespace that kubectl looks into', () => {
    const { session, shown } = started();
    type(session, 'kubectl create namespace shop; kubectl config set-context --current --namespace=shop');
    type(session, 'kubectl run web --image=nobody/nothing:1.0');
    session.advance(durationMs(9000));
    for (const line of ['why pod/web', 'why']) {
      const before = shown().length;
      type(session, line);
      const told = shown().slice(before);
      expect(told).toContain('nobody/nothing:1.0');
      for (const row of told.split('\r\n')) expect(row.length).toBeLessThanOrEqual(80);
    }
  });

  it('says it in the language that the learner reads at that moment, in a replay too', () => {
    const { session, entries, shown } = started();
    type(session, 'kubectl create configmap a');
    speakIn(session, 'ja');
    type(session, 'why cm/a');
    expect(shown()).toContain('ConfigMap a: API から見るかぎり、問題はありません。');
    speakIn(session, 'ja');
    speakIn(session, 'en');
    type(session, 'clear; why cm/a');
    expect(shown()).toContain('ConfigMap a: nothing is wrong with it');
    expect(session.inputs().filter(({ kind }) => kind === 'files')).toHaveLength(2);
    session.enter({ kind: 'end' });
    expect(storeDigest(replay(BEGINNING, entries).cluster())).toBe(storeDigest(session.cluster()));
  });

  it('knows of files that have gone outside', () => {
    const { session } = started();
    session.enter({ kind: 'files', files: { 'a/b.yaml': 'x', 'c.yaml': 'y' } });
    session.enter({ kind: 'files', files: {}, removed: ['a/b.yaml', 'never.yaml'] });
    session.advance(durationMs(100));
    expect(readHomeFile(session.cluster(), 'a/b.yaml')).toBeUndefined();
    expect(readHomeFile(session.cluster(), 'c.yaml')).toBe('y');
  });

  it('undoes beyond its snapshots by playing the inputs again', () => {
    const { entries } = (() => {
      const made = started();
      type(made.session, 'kubectl create configmap a');
      made.session.enter({ kind: 'end' });
      return made;
    })();
    const resumed = replay(BEGINNING, entries);
    expect(resumed.undo()).toBe('kubectl create configmap a');
    expect(resumed.inputs()).toHaveLength(1);
  });

  it('played again, can be taken back one command after the other, as far as it goes', () => {
    const NAMES = [...'abcdefgh'];
    const entries: Entry[] = [];
    const session = createSession(BEGINNING, (entry) => entries.push(entry));
    session.enter({ kind: 'shell', shell: 1, does: 'open' });
    const before = NAMES.map((name) => {
      session.settle();
      const digest = storeDigest(session.cluster());
      type(session, `kubectl create configmap ${name}`);
      return digest;
    });
    session.enter({ kind: 'end' });
    const resumed = replay(BEGINNING, entries);
    for (const [n, name] of [...NAMES.entries()].reverse()) {
      expect(resumed.undo()).toBe(`kubectl create configmap ${name}`);
      expect(storeDigest(resumed.cluster())).toBe(before[n]);
    }
    expect(resumed.undo()).toBeUndefined();
  });

  it('has twins that come to the same end by the same inputs, and go their own ways by others', () => {
    const { session } = started();
    const [same, other] = [session.twin(), session.twin()];
    for (const each of [session, same]) each.enter({ kind: 'line', shell: 1, line: 'kubectl create configmap a' });
    other.enter({ kind: 'line', shell: 1, line: 'kubectl create configmap b' });
    for (const each of [session, same, other]) each.advance(durationMs(5000));
    expect(storeDigest(same.cluster())).toBe(storeDigest(session.cluster()));
    expect(same.inputs()).toEqual(session.inputs());
    expect(storeDigest(other.cluster())).not.toBe(storeDigest(session.cluster()));
    const again = replay(other.beginning, other.inputs());
    again.advance(durationMs(5000));
    expect(storeDigest(again.cluster())).toBe(storeDigest(other.cluster()));
  });
});

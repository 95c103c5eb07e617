import { beforeAll, describe, expect, it } from 'vitest';
import { durationMs, EPOCH } from '../../../sandbox/time/units.ts';
import { embeddedSession } from '../../../src/checks/embedded.ts';
import { newGround } from '../../../src/checks/ground.ts';
import { judge } from '../../../src/checks/judge.ts';
import { newMemory } from '../../../src/checks/memory.ts';
import { createWatcher } from '../../../src/checks/watch.ts';
import { say } from '../../../src/i18n/say.ts';
import { storeDigest } from '../../../src/session/digest.ts';
import { createSession, type Session } from '../../../src/session/session.ts';
import { checkOf } from './hand.ts';

const MANIFESTS = `
apiVersion: v1
kind: Pod
metadata: { name: hello, labels: { app: hello } }
spec:
  containers:
    - { name: main, image: "learn/hello:1.0" }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { color: red }
`;

describe('checks that are tried', { timeout: 240_000 }, () => {
  let session: Session;
  beforeAll(() => {
    session = createSession({ version: 'test', seed: 1, startTime: EPOCH });
    session.advance(durationMs(2000));
    session.enter({ kind: 'apply', manifests: MANIFESTS });
    session.settle();
    session.advance(durationMs(10_000));
  });

  const tried = (check: object, mayTry = true) => {
    const memory = newMemory();
    const ground = newGround(embeddedSession(session.cluster), memory, { mayTry });
    const verdict = judge(checkOf(check), ground);
    return { ok: verdict.ok, untried: verdict.untried, actual: say(verdict.actual, 'en') };
  };
  const READY = { object: { kind: 'Pod', metadata: { name: 'hello' } }, condition: 'Ready' };
  const ASK = { from: 'pod/hello', url: 'http://localhost:8080/' };

  it('are left until they may be tried', () => {
    expect(tried({ request: ASK }, false)).toMatchObject({ ok: false, untried: true });
    expect(
      tried({ all: [{ state: { ...READY, condition: 'Nothing' } }, { request: ASK }] }, false).untried,
    ).toBeUndefined();
  });

  it('go on where a shell shows something all the time', () => {
    const busy = session.twin();
    busy.enter({ kind: 'shell', shell: 1, does: 'open' });
    busy.advance(durationMs(1000));
    busy.enter({ kind: 'line', shell: 1, line: 'watch -n 1 kubectl get pods' });
    busy.advance(durationMs(3000));
    const ground = newGround(embeddedSession(busy.cluster), newMemory(), { mayTry: true });
    const disturb = { do: [{ advance: '5s' }, { exec: 'true' }], check: { state: READY } };
    expect(judge(checkOf({ disturb }), ground).ok).toBe(true);
  });

  it('leave no trace in the cluster', () => {
    const before = storeDigest(session.cluster());
    const now = session.now();
    expect(
      tried({
        disturb: {
          do: [{ exec: 'kubectl delete pod hello' }, { advance: '5s' }],
          check: { state: { object: { kind: 'Pod', metadata: { name: 'hello' } }, absent: true } },
        },
      }).ok,
    ).toBe(true);
    expect(storeDigest(session.cluster())).toBe(before);
    expect(session.now()).toBe(now);
  });

  it('ask by HTTP, count answers, and tell who answered', () => {
    expect(tried({ request: { ...ASK, contains: 'version: 1.0', times: 3, pods: 1 } })).toMatchObject({
      ok: true,
      actual: 'answers came from 1: hello',
    });
    expect(tried({ request: { ...ASK, contains: 'version: 2.0' } })).toMatchObject({ ok: false });
    expect(tried({ request: { ...ASK, url: 'http://localhost:81/', times: 2 } }).actual).toContain(
      '0 of 2 answered: wget: ',
    );
    expect(tried({ request: { ...ASK, url: 'http://localhost:81/', times: 2, failures: 2 } }).ok).toBe(true);
    expect(tried({ request: { ...ASK, from: 'pod/nobody' } }).actual).toBe('there is no Pod nobody to ask from');
  });

  it('run commands and read logs', () => {
    expect(tried({ exec: { run: 'kubectl get pod hello -o name', contains: 'pod/hello' } }).ok).toBe(true);
    expect(tried({ exec: { run: 'exit 3' } })).toMatchObject({ ok: false, actual: 'exit code 3' });
    const inside = tried({ exec: { run: "kubectl exec hello -- sh -c 'echo no such note >&2; exit 4'" } });
    expect(inside.actual).toBe('no such note (exit code 4)');
    expect(tried({ exec: { run: 'while :; do sleep 1; done' } }).actual).toBe('it did not end within 2 min');
    expect(tried({ logs: { pod: 'hello', contains: 'listens on 8080' } }).ok).toBe(true);
    expect(tried({ logs: { pod: 'hello', contains: 'panic' } }).ok).toBe(false);
  });

  it('let time pass until something holds, or say that it does not', () => {
    const gone = { state: { object: { kind: 'Pod', metadata: { name: 'hello' } }, absent: true } };
    const deleted = { exec: 'kubectl delete pod hello --wait=false' };
    expect(tried({ disturb: { do: [deleted], check: { within: '60s', ...gone } } }).ok).toBe(true);
    expect(tried({ within: '5s', ...gone }).actual).toBe('after 5 s: Pod hello is still there');
    expect(
      tried({ disturb: { do: [{ advance: '1s' }], check: { settled: { for: '5s', check: { state: READY } } } } }).ok,
    ).toBe(true);
  });

  it('see what was left unchanged', () => {
    const memory = newMemory();
    const ground = newGround(embeddedSession(session.cluster), memory);
    const check = checkOf({ unchanged: { kind: 'ConfigMap', name: 'settings' } });
    createWatcher([check], ground, () => session.cluster().simulator.store.revision());
    expect(judge(check, ground).ok).toBe(true);
    session.enter({
      kind: 'apply',
      manifests: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings }\ndata: { color: blue }\n',
    });
    session.settle();
    const verdict = judge(check, ground);
    expect([verdict.ok, say(verdict.actual, 'en')]).toEqual([false, 'ConfigMap settings was changed: data.color']);
  });
});

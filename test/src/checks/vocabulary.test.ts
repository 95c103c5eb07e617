import { beforeAll, describe, expect, it } from 'vitest';
import { durationMs, EPOCH } from '../../../sandbox/time/units.ts';
import { embeddedSession } from '../../../src/checks/embedded.ts';
import { type Ground, newGround } from '../../../src/checks/ground.ts';
import { judge } from '../../../src/checks/judge.ts';
import { newMemory } from '../../../src/checks/memory.ts';
import { createWatcher } from '../../../src/checks/watch.ts';
import { say } from '../../../src/i18n/say.ts';
import { storeDigest } from '../../../src/session/digest.ts';
import { createSession, type Session } from '../../../src/session/session.ts';
import { checkOf, readCheck } from './hand.ts';

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - name: main
          image: learn/hello:1.0
          readinessProbe: { httpGet: { path: /ready, port: 8080 }, periodSeconds: 1 }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: client }
spec: { containers: [{ name: main, image: "learn/client:1.0", command: [sleep, "100000"] }] }
`;

describe('the vocabulary of checks', { timeout: 240_000 }, () => {
  let session: Session;

  const run = (line: string, seconds = 2): void => {
    session.enter({ kind: 'line', shell: 1, line });
    session.settle();
    session.advance(durationMs(seconds * 1000));
  };

  beforeAll(() => {
    session = createSession({ version: 'test', seed: 1, startTime: EPOCH });
    session.advance(durationMs(2000));
    session.enter({ kind: 'apply', manifests: WEB });
    session.settle();
    session.enter({ kind: 'shell', shell: 1, does: 'open' });
    session.advance(durationMs(20_000));
  });

  const groundOf = (mayTry = true): Ground => newGround(embeddedSession(session.cluster), newMemory(), { mayTry });
  const tried = (check: object) => {
    const { ok, actual } = judge(checkOf(check), groundOf());
    return { ok, actual: say(actual, 'en') };
  };

  it('asks what somebody may do, and leaves no trace', () => {
    const before = storeDigest(session.cluster());
    const default_ = { as: 'system:serviceaccount:default:default', verb: 'delete', resource: 'pods' };
    expect(tried({ can: { ...default_, allowed: false } })).toEqual({
      ok: true,
      actual: 'system:serviceaccount:default:default may not delete pods',
    });
    expect(tried({ can: default_ }).ok).toBe(false);
    expect(tried({ can: { as: 'alice', groups: ['system:masters'], verb: '*', resource: 'nodes' } }).ok).toBe(true);
    expect(storeDigest(session.cluster())).toBe(before);
  });

  it('tries whether a write is refused, and for which reason', () => {
    const broken = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'x' },
      spec: { ports: [{ port: 0 }] },
    };
    expect(tried({ refused: { create: broken, mentions: 'spec.ports[0].port' } }).ok).toBe(true);
    expect(tried({ refused: { create: broken, mentions: 'quota' } }).actual).toMatch(
      /^it is refused for another reason: /,
    );
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } };
    expect(tried({ refused: { apply: config } })).toEqual({ ok: false, actual: 'it would be accepted' });
    expect(tried({ refused: { create: config, as: 'bob', mentions: 'forbidden' } }).ok).toBe(true);
  });

  it('recognises what the learner tried last, and was told', () => {
    expect(tried({ attempt: {} }).actual).toBe('nothing was written yet');
    run(`kubectl patch deployment web -p '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'`);
    const immutable = { reason: 'Invalid', field: 'spec.selector', mentions: 'field is immutable' };
    expect(tried({ attempt: immutable }).ok).toBe(true);
    expect(tried({ attempt: { ...immutable, field: 'spec.replicas' } }).ok).toBe(false);
    expect(tried({ attempt: { outcome: 'warned' } }).ok).toBe(false);
    run('kubectl create configmap mine');
    expect(tried({ attempt: immutable })).toEqual({ ok: false, actual: 'create configmaps: accepted' });
  });

  it('finds what an object came from', () => {
    const mine = { kind: 'ConfigMap', name: 'mine' };
    expect(tried({ cause: { ...mine, entered: 'create configmap' } }).ok).toBe(true);
    expect(tried({ cause: { ...mine, entered: 'apply' } }).actual).toBe(
      'it came about by kubectl create configmap mine',
    );
    expect(tried({ cause: { kind: 'Pod', selector: 'app=web', actor: 'replicaset-controller' } }).ok).toBe(true);
    expect(tried({ cause: { kind: 'ConfigMap', name: 'none', actor: 'kubectl' } }).ok).toBe(false);
  });

  it('asks from nodes, wants a status, counts shares', () => {
    const { clusterIP } = embeddedService(session);
    const url = `http://${clusterIP}/`;
    expect(tried({ request: { from: 'node/worker-1', url } })).toMatchObject({ ok: true });
    expect(tried({ request: { from: 'pod/client', url: `${url}missing`, status: 404 } }).ok).toBe(true);
    expect(tried({ request: { from: 'pod/client', url, status: 404 } }).ok).toBe(false);
    const many = { from: 'pod/client', url, times: 20 };
    expect(tried({ request: { ...many, share: { text: 'version: 1.0', percent: 100 }, evenly: 60 } }).ok).toBe(true);
    expect(tried({ request: { ...many, share: { text: 'version: 2.0', percent: { min: 10 } } } }).actual).toBe(
      '0 % of the answers have: version: 2.0',
    );
  });

  it('disturbs a copy by every verb', () => {
    const two = { state: { object: { kind: 'Pod' }, selector: 'app=web', count: 2 } };
    const steps = [
      { kill: 'pod/client' },
      { delete: 'service/web' },
      { apply: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'made' } } },
      { drain: 'worker-1' },
      { failNode: 'worker-1' },
      { cutOff: 'worker-2' },
      { join: 'worker-2' },
      { recoverNode: 'worker-1' },
      { stop: 'kube-scheduler' },
      { start: 'kube-scheduler' },
      { load: { from: 'workstation', url: 'http://localhost:1/', for: '1s' } },
      { world: { tag: { tag: 'learn/hello:1.0', to: 'learn/hello:2.0' } } },
      { world: { registry: { host: 'docker.io', outage: 'unreachable' } } },
      { world: { name: { name: 'shop.example', addresses: ['203.0.113.99'] } } },
      { lag: '2s' },
      { advance: '30s' },
    ];
    expect(tried({ disturb: { do: steps, check: two } })).toMatchObject({ ok: true });
    const gone = { not: { request: { from: 'node/worker-2', url: `http://${embeddedService(session).clusterIP}/` } } };
    expect(tried({ disturb: { do: [{ failNode: 'worker-2' }, { advance: '1s' }], check: gone } }).ok).toBe(true);
  });

  it('runs a program through a crash and counts its writes', () => {
    const script = 'while :; do kubectl get cm wanted >/dev/null 2>&1 || kubectl create cm wanted; sleep 1; done';
    const check = { state: { object: { kind: 'ConfigMap', metadata: { name: 'wanted' } } } };
    const events = [
      { at: '5s', exec: 'kubectl delete cm wanted' },
      { at: '10s', program: 'crash' },
      { at: '11s', exec: 'kubectl delete cm wanted' },
      { at: '15s', program: 'restart' },
    ];
    expect(tried({ program: { run: script, events, for: '20s', writes: 3, check } })).toEqual({
      ok: true,
      actual: 'it got there with 3 writes',
    });
    expect(tried({ program: { run: script, events: events.slice(0, 3), for: '20s', check } }).ok).toBe(false);
    expect(tried({ program: { run: script, for: '20s', writes: { max: 0 }, check } }).actual).toBe('it sent 1');
  });

  it('runs a program whose watches lag: it does not see yet what is so', () => {
    const run =
      'kubectl get cm -w -o name | while read n; do [ "$n" = configmap/go ] && kubectl create cm went; done; true';
    const check = { state: { object: { kind: 'ConfigMap', metadata: { name: 'went' } } } };
    const go = { at: '3s', exec: 'kubectl create cm go' };
    const program = (lags: readonly object[]) =>
      tried({ program: { run, events: [...lags, go], for: '8s', check } }).ok;
    expect(program([])).toBe(true);
    expect(program([{ at: '1s', lag: '20s' }])).toBe(false);
    expect(program([{ at: '1s', lag: { client: 'another', by: '20s' } }])).toBe(true);
    expect(
      program([
        { at: '1s', lag: '20s' },
        { at: '2s', lag: '0s' },
      ]),
    ).toBe(true);
  });

  it('goes through the latest rollout on a copy that was taken when it began', () => {
    const request = { from: 'pod/client', url: 'http://web/' };
    const check = checkOf({ continuity: { during: 'rollout deployment/web', request, failures: 1 } });
    const ground = groundOf();
    const watcher = createWatcher([check], ground, () => session.cluster().simulator.store.revision());
    const verdict = () => judge(check, ground);
    expect(say(verdict().actual, 'en')).toMatch(/^no rollout has been seen/);
    const follow = (line: string): void => {
      session.enter({ kind: 'line', shell: 1, line });
      for (let ms = 0; ms < 2000; ms += 20) {
        session.advance(durationMs(20));
        watcher.update();
      }
    };
    follow('kubectl patch deployment web -p \'{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}\'');
    follow('kubectl set image deployment/web main=learn/hello:1.1');
    expect(verdict().ok).toBe(false);
    session.advance(durationMs(60_000));
    watcher.update();
    const ready = { readinessProbe: { httpGet: { port: 8080 } }, lifecycle: { preStop: { sleep: { seconds: 2 } } } };
    const spec = {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } },
      template: { spec: { containers: [{ name: 'main', ...ready }] } },
    };
    follow(`kubectl patch deployment web -p '${JSON.stringify({ spec })}'`);
    session.advance(durationMs(60_000));
    watcher.update();
    follow('kubectl set image deployment/web main=learn/hello:2.0');
    expect(say(verdict().actual, 'en')).toMatch(/^[01] of \d+ failed$/);
  });

  it('says what is wrong with what was written', () => {
    const problem = (check: object) => readCheck(check).problems.map(({ message }) => message)[0];
    const request = { from: 'pod/client', url: 'http://web/' };
    expect(problem({ continuity: { during: 'deployment/web', request } })).toContain('write rollout deployment/NAME');
    expect(problem({ continuity: { during: 'rollout deployment/web' } })).toContain('either `request` or `state`');
    expect(problem({ refused: { mentions: 'x' } })).toContain('one of `create`, `apply` and `delete` expected');
    expect(problem({ cause: { kind: 'Pod' } })).toContain('`entered` or `actor` expected');
    expect(problem({ disturb: { do: [{ explode: 'node' }], check: { state: {} } } })).toContain(
      'unknown key `explode`',
    );
    expect(
      problem({ program: { run: 'x', for: '5s', events: [{ exec: 'y' }], check: { exec: { run: 'x' } } } }),
    ).toContain('`at` is missing');
    expect(problem({ can: { as: 'alice', verb: 'get' } })).toBe('`resource` is missing');
  });
});

function embeddedService(session: Session): { readonly clusterIP: string } {
  const look = newGround(embeddedSession(session.cluster), newMemory()).look;
  const [service] = look.objects({ kind: 'Service', name: 'web' }) as readonly { spec?: { clusterIP?: string } }[];
  return { clusterIP: service?.spec?.clusterIP ?? '' };
}

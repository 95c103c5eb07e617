import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { durationMs } from '../../../sandbox/time/units.ts';
import { embeddedSession } from '../../../src/checks/embedded.ts';
import { newGround } from '../../../src/checks/ground.ts';
import { judge } from '../../../src/checks/judge.ts';
import { newMemory } from '../../../src/checks/memory.ts';
import type { TeacherSession } from '../../../src/checks/session.ts';
import { whyRemote } from '../../../src/cli/remote.ts';
import { evidenceOf } from '../../../src/evidence/evidence.ts';
import { say } from '../../../src/i18n/say.ts';
import { callKubectl } from '../../../src/remote/kubectlcall.ts';
import { answered } from '../../../src/remote/questions.ts';
import { openRemote } from '../../../src/remote/remote.ts';
import { checkOf } from '../../src/checks/hand.ts';
import { type Served, serveCluster } from '../serve.ts';

const SELF = [process.execPath, 'bin/k8s-learn.cjs'];
const CONTEXT = 'k8s-learn';

const MANIFESTS = `
apiVersion: v1
kind: Pod
metadata: { name: well, labels: { app: well } }
spec: { containers: [{ name: main, image: "learn/hello:1.0" }] }
---
apiVersion: v1
kind: Pod
metadata: { name: mistyped, labels: { app: mistyped } }
spec: { containers: [{ name: main, image: "learn/hello:9.9" }] }
---
apiVersion: v1
kind: Service
metadata: { name: nobody }
spec: { selector: { app: none }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: mistyped }
spec: { selector: { app: mistyped }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { storageClassName: none, accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

const CHECKS: readonly object[] = [
  { state: { object: { kind: 'Pod', metadata: { name: 'well' } }, condition: 'Ready' } },
  { state: { object: { kind: 'Pod', metadata: { name: 'mistyped' } }, condition: 'Ready' } },
  { state: { object: { kind: 'Pod' }, selector: 'app in (well,mistyped)', count: 2 } },
  { state: { cel: 'pods.size() == 2', objects: { pods: { kind: 'Pod' } } } },
  { state: { object: { kind: 'ConfigMap', metadata: { name: 'none' } }, absent: true } },
  { logs: { pod: 'well', contains: 'listens on 8080' } },
  { not: { logs: { pod: 'well', contains: 'panic' } } },
  { seen: { object: { kind: 'Pod', metadata: { name: 'well' } }, condition: 'Ready' } },
];

describe('a cluster that a kubeconfig leads to', { timeout: 120_000 }, () => {
  let served: Served;
  const place = () => ({ context: CONTEXT, kubeconfig: served.kubeconfig });

  beforeAll(async () => {
    served = await serveCluster();
    served.session.enter({ kind: 'apply', manifests: MANIFESTS });
    served.session.settle();
    served.session.advance(durationMs(30_000));
  });
  afterAll(() => served.close());

  const verdict = (check: object, session: TeacherSession) => {
    const ground = newGround(session, newMemory(), { mayTry: true });
    const one = checkOf(check);
    // What is seen has been so since the beginning.
    if (one.kind === 'seen') return judge(one.check, ground).ok;
    return judge(one, ground).ok;
  };

  it('gets the verdicts of the embedded one', async () => {
    const remote = openRemote(place(), SELF, served.session.now());
    for (const check of CHECKS) {
      const there = await answered(() => verdict(check, remote.session));
      expect([check, there]).toEqual([check, verdict(check, embeddedSession(served.session.cluster))]);
    }
  });

  it('gets the evidence of the embedded one, for every object', async () => {
    const remote = openRemote(place(), SELF, served.session.now());
    const here = newGround(embeddedSession(served.session.cluster), newMemory()).look.objects;
    for (const kind of ['Pod', 'Service', 'PersistentVolumeClaim', 'Node', 'Deployment'])
      for (const object of here({ kind, namespace: '*' })) {
        const name = object.metadata?.name ?? '';
        const asked = {
          kind,
          name,
          ...(object.metadata?.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
        };
        const ids = await answered(() => {
          const [found] = remote.look(asked);
          return found === undefined ? ['not there'] : evidenceOf(found, remote.look).map(({ id }) => id);
        });
        expect([kind, name, ids]).toEqual([kind, name, evidenceOf(object, here).map(({ id }) => id)]);
      }
  });

  it('says why, without a chain that nobody recorded', async () => {
    const remote = openRemote(place(), SELF, served.session.now());
    const lines = await whyRemote(remote, { resource: 'svc', name: 'mistyped', namespace: 'default' }, {
      lang: 'en',
    } as never);
    expect(lines[0]).toBe('what the API shows');
    expect(lines.join('\n')).toContain('The registry has no learn/hello:9.9');
    expect(lines.join('\n')).not.toContain('what led to it');
  });

  it('is asked by scripts of checks, and never disturbed', async () => {
    const remote = openRemote(place(), SELF, served.session.now());
    expect(
      await answered(() =>
        verdict({ can: { as: 'alice', verb: 'get', resource: 'pods', allowed: false } }, remote.session),
      ),
    ).toBe(true);
    const disturb = checkOf({ disturb: { do: [{ delete: 'pod/well' }], check: { exec: { run: 'true' } } } });
    const told = judge(disturb, newGround(remote.session, newMemory(), { mayTry: true }));
    expect([told.ok, told.untried, say(told.actual, 'en')]).toEqual([
      false,
      true,
      'this cluster is not ours: nothing is disturbed there',
    ]);
    const { stdout } = await callKubectl(place(), ['get', 'pod', 'well', '-o', 'name']);
    expect(stdout).toBe('pod/well\n');
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../sandbox/kube/meta.ts';
import { durationMs, EPOCH } from '../../../sandbox/time/units.ts';
import { embeddedSession } from '../../../src/checks/embedded.ts';
import { newGround } from '../../../src/checks/ground.ts';
import { newMemory } from '../../../src/checks/memory.ts';
import type { TeacherSession } from '../../../src/checks/session.ts';
import { evidenceOf, ROWS } from '../../../src/evidence/evidence.ts';
import { surveyLines } from '../../../src/evidence/lines.ts';
import type { Lookup } from '../../../src/evidence/row.ts';
import { newLearnerCluster } from '../../../src/session/cluster.ts';
import { STATES } from './states.ts';

const CROWD = `apiVersion: v1
kind: Pod
metadata: { name: crowd, labels: { app: crowd } }
spec: { containers: [{ name: main, image: 'learn/hello:1.0' }] }
`;

function fresh(): TeacherSession {
  const cluster = newLearnerCluster({ seed: 1, startTime: EPOCH });
  cluster.simulator.advance(durationMs(2000));
  return embeddedSession(() => cluster);
}

const lookOf = (session: TeacherSession): Lookup => newGround(session, newMemory()).look.objects;

function objectAt(look: Lookup, place: string): KubeObject | undefined {
  const [kind = '', path = ''] = place.split(' ');
  const parts = path.split('/');
  const [namespace, name] = parts.length === 2 ? parts : ['default', ...parts];
  return look({ kind, name: name ?? '', namespace: namespace ?? 'default' })[0];
}

/** The rows that recognise an object, from the object to where its trouble is. */
function rowsAt(session: TeacherSession, place: string): readonly string[] {
  const look = lookOf(session);
  const object = objectAt(look, place);
  return object === undefined ? [`no ${place}`] : evidenceOf(object, look).map(({ id }) => id);
}

const seen = new Set<string>();

describe('evidence, in states that stand side by side', { timeout: 300_000 }, () => {
  let session: TeacherSession;
  beforeAll(() => {
    session = fresh();
    session.exec(`kubectl apply -f - <<'END'\n${CROWD}END\nkubectl wait --for=condition=Ready pod/crowd`, 60_000);
    const manifests = STATES.flatMap(({ yaml }) => yaml ?? []).join('---\n');
    session.exec(`kubectl create namespace full-of-others\nkubectl apply -f - <<'END'\n${manifests}END`, 600_000);
    session.advance(20_000);
    for (const { run } of STATES) if (run !== undefined) session.exec(run, 120_000);
    session.advance(100_000);
  }, 300_000);

  it.each(STATES.map(({ row, object }) => [object, row] as const))('%s: %s', (object, row) => {
    seen.add(row);
    expect(rowsAt(session, object)[0]).toBe(row);
  });

  it('tells what is pending and what is not ready, ten at a time', () => {
    const pending = surveyLines('pending', 'default', lookOf(session), 'en');
    expect(pending.filter((line) => !line.startsWith(' '))).toHaveLength(11);
    expect(pending.at(-1)).toMatch(/^and \d+ more/);
    expect(surveyLines('not ready', 'kube-public', lookOf(session), 'ja')).toEqual([
      '名前空間 kube-public はすべて Ready です。',
    ]);
  });

  it('finds nothing wrong with what is well', () => {
    expect(rowsAt(session, 'Pod crowd')).toEqual([]);
    expect(rowsAt(session, 'Node worker-1')).toEqual([]);
    expect(rowsAt(session, 'Namespace default')).toEqual([]);
  });

  it('follows the trouble to where it is', () => {
    expect(rowsAt(session, 'Deployment unwell')).toEqual(['deployment-pods', 'image-missing']);
    expect(rowsAt(session, 'Service none-ready')).toEqual(['service-none-ready', 'readiness-fails']);
  });
});

/** States that take the cluster itself apart: each in one of its own. */
const APART: readonly {
  readonly row: string;
  readonly object: string;
  readonly also?: readonly string[];
  readonly make: (session: TeacherSession) => void;
}[] = [
  {
    row: 'pod-no-scheduler',
    object: 'Pod crowd',
    make(session) {
      session.perform({ does: 'stop', component: 'kube-scheduler' });
      apply(session, CROWD);
    },
  },
  {
    row: 'deployment-unobserved',
    object: 'Deployment web',
    make(session) {
      session.perform({ does: 'stop', component: 'kube-controller-manager' });
      session.exec('kubectl create deployment web --image=learn/hello:1.0', 10_000);
    },
  },
  {
    row: 'node-silent',
    object: 'Node worker-2',
    make(session) {
      session.perform({ does: 'failNode', node: 'worker-2' });
      session.advance(60_000);
    },
  },
  {
    row: 'pod-node-silent',
    object: 'Pod crowd',
    make(session) {
      onWorker2(session);
      session.perform({ does: 'failNode', node: 'worker-2' });
      session.advance(60_000);
    },
  },
  {
    row: 'pod-deleted-node-silent',
    object: 'Pod crowd',
    make(session) {
      onWorker2(session);
      session.perform({ does: 'failNode', node: 'worker-2' });
      session.advance(60_000);
      session.exec('kubectl delete pod crowd --wait=false', 10_000);
    },
  },
  {
    row: 'node-cordoned',
    object: 'Node worker-1',
    make: (session) => void session.exec('kubectl cordon worker-1', 10_000),
  },
  {
    row: 'pod-cordoned',
    object: 'Pod crowd',
    make(session) {
      session.exec('kubectl cordon worker-1; kubectl cordon worker-2', 10_000);
      apply(session, CROWD);
    },
  },
  {
    row: 'pod-taint',
    object: 'Pod crowd',
    make(session) {
      session.exec('kubectl taint node worker-1 worker-2 team=a:NoSchedule', 10_000);
      apply(session, CROWD);
    },
  },
  {
    row: 'pod-node-gone',
    object: 'Pod crowd',
    make: (session) => apply(session, CROWD.replace('spec: {', 'spec: { nodeName: worker-9,'), 3000),
  },
  {
    row: 'image-registry',
    object: 'Pod crowd',
    make(session) {
      session.perform({ does: 'registry', host: 'docker.io', outage: 'unavailable' });
      apply(session, CROWD);
    },
  },
  {
    row: 'claim-no-class',
    object: 'PersistentVolumeClaim c',
    make(session) {
      session.exec('kubectl delete storageclass --all', 10_000);
      apply(
        session,
        'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: c }\nspec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }\n',
      );
    },
  },
  {
    row: 'replicaset-old',
    object: 'ReplicaSet',
    make(session) {
      session.exec('kubectl create deployment web --image=learn/hello:1.0; kubectl rollout status deploy/web', 30_000);
      session.exec('kubectl set image deployment/web hello=learn/hello:1.1; kubectl rollout status deploy/web', 30_000);
    },
  },
  {
    row: 'pod-creating',
    object: 'Pod crowd',
    make(session) {
      apply(session, CROWD, 100);
    },
  },
  {
    row: 'pod-disrupted',
    object: 'Pod crowd',
    make(session) {
      onWorker2(session);
      session.exec(
        `kubectl patch pod crowd --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"DisruptionTarget","status":"True","reason":"PreemptionByScheduler","message":"preempting"}]}}'`,
        10_000,
      );
    },
  },
];

function apply(session: TeacherSession, manifest: string, ms = 10_000): void {
  session.exec(`kubectl apply -f - <<'END'\n${manifest}END`, 10_000);
  session.advance(ms);
}

function onWorker2(session: TeacherSession): void {
  apply(session, CROWD.replace('spec: {', 'spec: { nodeName: worker-2,'));
}

describe('evidence, when the cluster itself is in trouble', { timeout: 120_000 }, () => {
  it.each(APART.map((state) => [state.object, state.row, state] as const))('%s: %s', (object, row, { make }) => {
    seen.add(row);
    const session = fresh();
    make(session);
    const look = lookOf(session);
    const found = object.includes(' ')
      ? rowsAt(session, object)
      : look({ kind: object }).flatMap((one) => evidenceOf(one, look).map(({ id }) => id));
    expect(found).toContain(row);
  });
});

describe('the table of evidence', () => {
  it('has texts in both languages without holes, and ids that are there once', () => {
    expect(new Set(ROWS.map(({ id }) => id)).size).toBe(ROWS.length);
    for (const { evidence, cause } of ROWS)
      for (const text of [evidence.en, evidence.ja, cause.en, cause.ja]) expect(text.trim()).not.toBe('');
    for (const { cause } of ROWS) expect(cause.ja).toMatch(/[\u3040-\u30ff]/);
  });

  it('is shown on at least sixty states', () => {
    expect(seen.size).toBeGreaterThanOrEqual(60);
  });
});

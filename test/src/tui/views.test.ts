import { describe, expect, it } from 'vitest';
import type { Seen } from '../../../sandbox/network/seen.ts';
import type { V1Pod } from '../../../sandbox/schema/generated/types.ts';
import { timeMs } from '../../../sandbox/time/units.ts';
import { ROUND } from '../../../src/tui/glyphs.ts';
import { plain } from '../../../src/tui/text.ts';
import { flowsOf, trafficRows } from '../../../src/tui/traffic.ts';
import { pairsOf, wishRows } from '../../../src/tui/wish.ts';
import { openStage } from './stage.ts';

const podAt = (name: string, podIP: string, namespace = 'default'): V1Pod => ({
  metadata: { name, namespace },
  spec: { containers: [] },
  status: { podIP },
});

const PODS = [podAt('client', '10.0.0.1'), podAt('web-a', '10.0.0.2'), podAt('dns', '10.0.0.9', 'kube-system')];

const one = (given: Partial<Seen>): Seen => ({
  at: timeMs(61_000),
  host: 'worker-1',
  sandbox: undefined,
  source: '10.0.0.1',
  asked: '10.96.0.5:80',
  protocol: 'TCP',
  service: 'default/web',
  to: '10.0.0.2:80',
  pod: 'default/web-a',
  outcome: 'sent',
  probe: false,
  because: undefined,
  ...given,
});

describe('traffic', () => {
  it('counts who asked whom and who answered, failures apart, the latest at the end', () => {
    const seen = [one({}), one({ outcome: 'refused' }), one({}), one({ at: timeMs(62_000) })];
    const flows = flowsOf(seen, PODS, 1000);
    expect(flows.map(({ target, outcome, count, last }) => [target, outcome, count, last])).toEqual([
      ['web-a', 'refused', 1, 60_000],
      ['web-a', 'sent', 3, 61_000],
    ]);
    expect(trafficRows(flows, 60, ROUND).map(plain)).toEqual([
      ' client → web:80',
      '   ✗ web-a refused                               1 x   1:00 ',
      '   ● web-a                                       3 x   1:01 ',
    ]);
  });

  it('tells kubelets that probe a pod from those who ask it for something', () => {
    const asked = { asked: '10.0.0.2:8080', source: '172.18.0.3', service: undefined };
    const flows = flowsOf([one({ ...asked, probe: true }), one(asked)], PODS, 0);
    expect(flows.map(({ client, probe }) => [client, probe])).toEqual([
      ['kubelet worker-1', true],
      ['worker-1', false],
    ]);
  });

  it('leaves out what the cluster asks for itself, and names that were found', () => {
    const asks = [
      one({ asked: '10.96.0.10:53', service: 'kube-system/kube-dns' }),
      one({ source: '10.0.0.9' }),
      one({ source: '172.18.0.3', service: undefined, pod: undefined, to: '10.0.0.9:8181' }),
    ];
    expect(flowsOf(asks, PODS, 0)).toEqual([]);
    const lost = { ...asks[0], outcome: 'dropped', because: 'policy x' } as Seen;
    expect(flowsOf([lost], PODS, 0)).toMatchObject([{ asked: 'kube-system/kube-dns:53', because: 'policy x' }]);
  });
});

describe('spec against status', () => {
  it('sets what was asked for beside what there is', () => {
    const web = {
      metadata: { generation: 2 },
      spec: { replicas: 3 },
      status: {
        replicas: 3,
        readyReplicas: 2,
        observedGeneration: 2,
        conditions: [{ type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' }],
      },
    };
    const rows = wishRows('Deployment/web', pairsOf('Deployment', web), { columns: 60, glyphs: ROUND, all: false });
    expect(rows.map((row) => plain(row).trimEnd())).toEqual([
      ' ✗ Deployment/web',
      '     ready      3     ✗ 2',
      '     updated    3     ✗ 0',
      '     available  3     ✗ 0',
      '     Available  True  ✗ False MinimumReplicasUnavailable',
    ]);
  });

  it('a condition that is not to be, and a container that has done its work, are as wished', () => {
    const pod = {
      spec: { containers: [{ name: 'a', image: 'busybox' }] },
      status: {
        containerStatuses: [
          {
            name: 'a',
            image: 'docker.io/library/busybox',
            state: { terminated: { exitCode: 0, reason: 'Completed' } },
          },
        ],
        conditions: [{ type: 'DiskPressure', status: 'False' }],
      },
    };
    expect(pairsOf('Pod', pod).every(({ same }) => same)).toBe(true);
    expect(pairsOf('ConfigMap', { data: { a: 'b' } })).toEqual([]);
  });
});

describe('words for views', () => {
  it('traffic counts probes apart, and shows them when asked', async () => {
    const stage = await openStage(undefined, { columns: 80, rows: 24 });
    const seen = (): string => stage.screen().join('\n');
    const probe = '{"httpGet":{"path":"/","port":8080},"periodSeconds":1}';
    const overrides = `{"spec":{"containers":[{"name":"web","image":"learn/hello:1.0","readinessProbe":${probe}}]}}`;
    await stage.line(`kubectl run web --image=learn/hello:1.0 --overrides='${overrides}'`, 9000);
    await stage.line('traffic');
    expect(seen()).toMatch(/and \d+ probes by kubelets: `traffic probes`/);
    expect(seen()).not.toContain('kubelet worker');
    await stage.type('q');
    await stage.line('traffic probes');
    expect(seen()).toMatch(/kubelet worker-\d → 10\.244\.\d\.\d:8080\n\s+● web +\d+ x/);
    stage.work.close();
  });

  it('traffic and diff are pages; diff of two files is for the shell', async () => {
    const stage = await openStage(undefined, { columns: 80, rows: 24 });
    const seen = (): string => stage.screen().join('\n');
    await stage.line('kubectl create deployment web --image=learn/hello:9.9', 6000);
    await stage.line('diff');
    expect(seen()).toMatch(/✗ Deployment\/web\n\s+ready +1 +✗ 0/);
    await stage.type('q');
    await stage.line('diff deploy/web');
    expect(seen()).toMatch(/generation +1 +1/);
    await stage.type('q');
    await stage.line('diff pod/none');
    expect(seen()).toContain('Pod/none is not there');
    await stage.type('q');
    await stage.line('traffic');
    expect(seen()).toContain('who asked whom');
    await stage.type('q');
    await stage.line('echo a > a; diff a b');
    expect(seen()).toMatch(/diff: .*b.*No such file/);
    stage.work.close();
  });
});

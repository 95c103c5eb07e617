import { describe, expect, it } from 'vitest';
import { busyRow } from '../../../src/tui/busy.ts';
import { clusterView, type PodView } from '../../../src/tui/clusterview.ts';
import { ASCII, ROUND } from '../../../src/tui/glyphs.ts';
import { happeningRows, happenings } from '../../../src/tui/happenings.ts';
import { mapColumn, mapRow } from '../../../src/tui/map.ts';
import { plain } from '../../../src/tui/text.ts';

const EN = { glyphs: ROUND, lang: 'en' } as const;
const JA = { glyphs: ROUND, lang: 'ja' } as const;

const pod = (name: string, word = 'Running', ready = '1/1'): PodView => ({
  name,
  namespace: 'default',
  health: word !== 'Running' ? 'bad' : ready === '1/1' ? 'ready' : 'busy',
  ready,
  word,
  address: '10.244.1.2',
});
const node = (name: string, pods: readonly PodView[]) => ({ name, health: 'ready' as const, word: 'Ready', pods });

describe('the map', () => {
  it('names pods where there is room, and counts them where there is none', () => {
    const many = ['web-7887448d46-5f5cn', 'web-7887448d46-cgrc8', 'web-7887448d46-m29r4'].map((name) => pod(name));
    const view = { nodes: [node('worker-1', [pod('hello')]), node('worker-2', many)], waiting: [], services: [] };
    expect(plain(mapRow({ ...view, nodes: view.nodes.slice(0, 1) }, 80, EN))).toBe(' worker-1 ●hello 1/1');
    expect(plain(mapRow(view, 40, EN)).trimEnd()).toBe(' worker-1 ●hello 1/1 │ worker-2 ●3');
    expect(plain(mapRow({ ...view, nodes: [] }, 60, EN))).toBe(' ');
  });

  it('leaves out what ails pods before it leaves out who they are', () => {
    const nodes = [
      node('control-plane', []),
      node('worker-1', [pod('crash-pod', 'CrashLoopBackOff', '0/1')]),
      node('worker-2', [
        pod('config-pod', 'CreateContainerConfigError', '0/1'),
        pod('image-pod', 'ErrImagePull', '0/1'),
      ]),
    ];
    const view = { nodes, waiting: [pod('big-pod', 'Pending', '0/1')], services: [] };
    expect(plain(mapRow(view, 80, EN))).toBe(
      ' worker-1 ✗crash-pod │ worker-2 ✗config-pod ✗image-pod │ no node: ✗big-pod',
    );
    expect(plain(mapRow({ ...view, nodes: [] }, 80, JA))).toBe(' ノード未定: ✗big-pod 0/1');
  });

  it('shortens long names before it only counts', () => {
    const nodes = ['tfclw', 'q5j6d'].map((end, i) => node(`worker-${i + 1}`, [pod(`web-6bdfc57d44-${end}`)]));
    const view = { nodes, waiting: [], services: [] };
    expect(plain(mapRow(view, 80, EN))).toContain('●web-6bdfc57d44-tfclw 1/1');
    expect(plain(mapRow(view, 60, EN))).toBe(' worker-1 ●web…tfclw 1/1 │ worker-2 ●web…q5j6d 1/1');
    expect(plain(mapRow(view, 30, EN)).trimEnd()).toBe(' worker-1 ●1  │ worker-2 ●1');
  });

  it('says with words what a sign means, also in ASCII', () => {
    const view = { nodes: [node('worker-1', [pod('web', 'ImagePullBackOff', '0/1')])], waiting: [], services: [] };
    expect(plain(mapRow(view, 80, { ...EN, glyphs: ASCII }))).toBe(' worker-1 [!] web 0/1 ImagePullBackOff');
  });

  it('says whose a pod and a service are where those of several namespaces are seen', () => {
    const pods = ['dev', 'prod'].map((namespace) => ({
      metadata: { name: 'web-6bdfc57d44-tfclw', namespace },
      spec: { nodeName: 'a', containers: [{ name: 'web' }] },
      status: { phase: 'Pending' },
    }));
    const services = [{ metadata: { name: 'web', namespace: 'dev' } }, { metadata: { name: 'web' } }];
    const objects = { nodes: [{ metadata: { name: 'a' } }], services, slices: [] };
    const both = clusterView({ ...objects, pods });
    expect(plain(mapRow(both, 60, EN))).toContain('◐dev/web…tfclw 0/1 ◐prod/web…tfclw 0/1');
    expect(both.services.map(({ name }) => name)).toContain('dev/web');
    expect(clusterView({ ...objects, pods: pods.slice(0, 1) }).services.map(({ name }) => name)).toContain('web');
  });

  it('puts pods beside each other before it hides services, and counts what has no room', () => {
    const pods = Array.from({ length: 20 }, (_, i) => pod(`web-${i}`));
    const services = [{ name: 'web', port: 80, leadsTo: ['web-1'] }];
    const view = { nodes: [node('worker-1', pods)], waiting: [], services };
    const rows = mapColumn(view, 60, 5, EN).map(plain);
    expect(rows[0]).toBe(' worker-1  ●web-0 ●web-1 ●web-2 ●web-3 ●web-4 ●web-5 ●web-6');
    expect(rows[4]).toBe(' services  web:80 → web-1');
    expect(mapColumn(view, 60, 3, EN).map(plain)[2]).toBe(' … +3');
  });

  it('shows where services lead, and that they lead nowhere', () => {
    const service = { metadata: { name: 'web', namespace: 'default' }, spec: { ports: [{ port: 80 }] } };
    const slice = {
      addressType: 'IPv4',
      metadata: { namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
      endpoints: [
        { addresses: ['10.0.0.1'], conditions: { ready: true }, targetRef: { name: 'web-1' } },
        { addresses: ['10.0.0.2'], conditions: { ready: false }, targetRef: { name: 'web-2' } },
      ],
    };
    const objects = { nodes: [], pods: [], services: [service] };
    expect(clusterView({ ...objects, slices: [slice] }).services[0]?.leadsTo).toEqual(['web-1']);
    const rows = mapColumn(clusterView({ ...objects, slices: [] }), 60, 5, EN);
    expect(plain(rows[0] ?? [])).toBe(' services  web:80 → nothing');
    const outside = { metadata: { name: 'pay' }, spec: { type: 'ExternalName', externalName: 'pay.example.test' } };
    const elsewhere = clusterView({ ...objects, services: [outside], slices: [] });
    expect(plain(mapColumn(elsewhere, 60, 5, EN)[0] ?? [])).toBe(' services  pay → pay.example.test');
  });

  it('knows a pod’s word as kubectl prints it', () => {
    const word = (status: object, metadata = {}): string | undefined =>
      clusterView({
        nodes: [],
        pods: [
          { metadata: { name: 'x', namespace: 'default', ...metadata }, spec: { containers: [{ name: 'x' }] }, status },
        ],
        services: [],
        slices: [],
      }).waiting[0]?.word;
    const container = (state: object) => ({
      containerStatuses: [{ name: 'x', ready: false, restartCount: 0, image: '', imageID: '', state }],
    });
    expect(word({ phase: 'Pending' })).toBe('Pending');
    expect(word({ phase: 'Running', ...container({ waiting: { reason: 'CrashLoopBackOff' } }) })).toBe(
      'CrashLoopBackOff',
    );
    expect(word({ phase: 'Failed', ...container({ terminated: { exitCode: 1, reason: 'Error' } }) })).toBe('Error');
    expect(word({ phase: 'Running' }, { deletionTimestamp: '2026-01-01T00:00:00Z' })).toBe('Terminating');
    expect(word({ phase: 'Failed', reason: 'Evicted' })).toBe('Evicted');
    expect(
      word({
        phase: 'Pending',
        initContainerStatuses: [
          { name: 'i', ready: false, restartCount: 0, image: '', imageID: '', state: { running: {} } },
        ],
      }),
    ).toBe('Init:0/0');
    const killed = { terminated: { exitCode: 137, reason: 'Error' } };
    expect(
      word({
        phase: 'Succeeded',
        conditions: [{ type: 'Initialized', status: 'True' }],
        initContainerStatuses: [
          { name: 'i', ready: false, restartCount: 0, image: '', imageID: '', started: false, state: killed },
        ],
        ...container({ terminated: { exitCode: 0, reason: 'Completed' } }),
      }),
    ).toBe('Completed');
  });
});

describe('what happened', () => {
  it('puts what was typed before what it caused', () => {
    const event = {
      metadata: { creationTimestamp: '2026-01-01T00:00:05Z' },
      involvedObject: { name: 'web' },
      reason: 'Scheduled',
      message: 'Successfully assigned',
      source: { component: 'default-scheduler' },
    };
    const start = Date.parse('2026-01-01T00:00:00Z');
    const lines = [
      { at: start + 5000, line: 'kubectl run web' },
      { at: start + 5000, line: ' ' },
    ];
    expect(happenings(lines, [event], start)).toMatchObject([
      { at: 5000, who: 'you', what: 'kubectl run web' },
      { at: 5000, who: 'scheduler', what: 'web: Scheduled, Successfully assigned' },
    ]);
  });

  it('tells events of one second in the order in which they were written', () => {
    const start = Date.parse('2026-01-01T00:00:00Z');
    const event = (reason: string, resourceVersion: string) => ({
      metadata: { resourceVersion },
      involvedObject: { kind: 'Pod', name: 'web' },
      reason,
      lastTimestamp: '2026-01-01T00:00:05Z',
    });
    const told = happenings([], [event('Created', '12'), event('Scheduled', '9')], start);
    expect(told.map(({ what }) => what)).toEqual(['web: Scheduled', 'web: Created']);
    const late = happeningRows([{ at: 631_000, who: 'you', what: 'date', bad: false }], 40, 1, ROUND, 'you');
    expect(late.map(plain)).toEqual([' 10:31 you         date']);
  });

  it('says who pulls what, since when', () => {
    const now = Date.parse('2026-01-01T00:00:02Z');
    const waiting = {
      metadata: { name: 'web', uid: 'u' },
      spec: { nodeName: 'worker-1', containers: [{ name: 'web' }] },
      status: { phase: 'Pending' },
    };
    const pulling = {
      metadata: {},
      involvedObject: { uid: 'u' },
      reason: 'Pulling',
      message: 'Pulling image "nginx"',
      lastTimestamp: '2026-01-01T00:00:00Z',
    };
    expect(plain(busyRow([waiting], [pulling], now, 'en'))).toBe('worker-1 pulls nginx, 2 s');
    expect(plain(busyRow([waiting], [pulling], now, 'ja'))).toBe('worker-1 が nginx を取得中、2 秒');
    expect(busyRow([], [], now, 'en')).toEqual([]);
  });
});

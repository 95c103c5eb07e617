// The import table: which room may look into which. A room may import what stands above its own line, plus kube/ and time/.
// `test/house/walls.test.ts` runs it, and shows on a planted import that it bites.

const kube = ['sandbox/time', 'sandbox/kube'];
const client = [...kube, 'sandbox/schema', 'sandbox/client'];

/** @type {Record<string, readonly string[]>} room → rooms it may import (itself is always allowed) */
export const rooms = {
  'sandbox/time': [],
  'sandbox/kube': ['sandbox/time'],
  'sandbox/schema': kube,
  'sandbox/store': kube,
  'sandbox/apiserver': [...kube, 'sandbox/schema', 'sandbox/store'],
  'sandbox/client': [...kube, 'sandbox/schema'],
  'sandbox/kit': client,
  'sandbox/machine': kube,
  'sandbox/controllers': client,
  'sandbox/scheduler': client,
  'sandbox/network': [...client, 'sandbox/machine'],
  'sandbox/kubelet': [...client, 'sandbox/machine'],
  'sandbox/controlplane': [...client, 'sandbox/machine'],
  'sandbox/addons': [...client, 'sandbox/kit', 'sandbox/machine'],
  'sandbox/wire': [...kube, 'sandbox/schema', 'sandbox/apiserver', 'sandbox/machine'],
  'sandbox/remote': [...client],
  'src/i18n': [],
  'src/kubectl': ['sandbox', 'src/i18n'],
  'src/host': ['sandbox'],
  'src/workstation': ['sandbox', 'src/kubectl', 'src/i18n'],
  'src/session': ['sandbox', 'src/workstation', 'src/kubectl', 'src/evidence', 'src/i18n', 'src/host'],
  'src/lessons': ['sandbox', 'src/session', 'src/checks', 'src/workstation', 'src/kubectl', 'src/i18n', 'src/progress'],
  'src/checks': ['sandbox', 'src/session', 'src/workstation', 'src/evidence', 'src/i18n'],
  'src/evidence': ['sandbox', 'src/i18n'],
  'src/remote': ['sandbox', 'src/session', 'src/checks', 'src/evidence', 'src/kubectl', 'src/host', 'src/i18n'],
  'src/progress': ['sandbox', 'src/i18n', 'src/host'],
  'src/tui': [
    'sandbox',
    'src/session',
    'src/lessons',
    'src/checks',
    'src/progress',
    'src/workstation',
    'src/kubectl',
    'src/i18n',
  ],
  'src/workshop': [
    'sandbox',
    'src/session',
    'src/lessons',
    'src/checks',
    'src/progress',
    'src/workstation',
    'src/i18n',
  ],
};

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-orphan-types', severity: 'error', from: { path: '^sandbox' }, to: { path: '^src' } },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `walls-of-${room.replace('/', '-')}`,
      severity: 'error',
      from: { path: `^${room}/` },
      to: { path: '^(sandbox|src)/', pathNot: [room, ...allowed].map((path) => `^${path}/`) },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.json'] },
  },
};

// What comes into a cluster with the metrics server: the API that it serves, the service behind it, who may read it.

import type { Client } from '../../client/client.ts';
import { APIServices, ClusterRoles, ServiceAccounts, Services } from '../../schema/generated/resources.ts';
import type { V1APIService, V1ClusterRole, V1Service, V1ServiceAccount } from '../../schema/generated/types.ts';
import type { Work } from '../../time/loop.ts';
import { rfc3339, type TimeMs } from '../../time/units.ts';

const NAME = 'metrics-server';
const NAMESPACE = 'kube-system';
const LABELS = { 'k8s-app': NAME };
const GROUP = 'metrics.k8s.io';
const API = `v1beta1.${GROUP}`;
const ROLES = 'rbac.authorization.k8s.io/aggregate-to-';

const ACCOUNT: V1ServiceAccount = { metadata: { name: NAME, namespace: NAMESPACE, labels: LABELS } };

const READER: V1ClusterRole = {
  metadata: {
    name: 'system:aggregated-metrics-reader',
    labels: { ...LABELS, [`${ROLES}admin`]: 'true', [`${ROLES}edit`]: 'true', [`${ROLES}view`]: 'true' },
  },
  rules: [{ apiGroups: [GROUP], resources: ['pods', 'nodes'], verbs: ['get', 'list', 'watch'] }],
};

const SERVICE: V1Service = {
  metadata: { name: NAME, namespace: NAMESPACE, labels: LABELS },
  spec: { selector: LABELS, ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 'https' }] },
};

const API_SERVICE: V1APIService = {
  metadata: { name: API, labels: LABELS },
  spec: {
    group: GROUP,
    version: 'v1beta1',
    groupPriorityMinimum: 100,
    versionPriority: 100,
    insecureSkipTLSVerify: true,
    service: { name: NAME, namespace: NAMESPACE },
  },
};

/** Makes it all in a cluster that has nothing of it. */
export function* installMetricsServer(client: Client): Work<void> {
  yield* client.create(ServiceAccounts, ACCOUNT);
  yield* client.create(ClusterRoles, READER);
  yield* client.create(Services, SERVICE);
  yield* client.create(APIServices, API_SERVICE);
}

/** Says that the API answers, if it is there and doesn't say so yet. */
export function* announce(client: Client, now: TimeMs): Work<void> {
  const service = yield* client.find(APIServices, { name: API });
  const conditions = service?.status?.conditions ?? [];
  if (service === undefined || conditions.some(({ type, status }) => type === 'Available' && status === 'True')) return;
  const available = {
    type: 'Available',
    status: 'True',
    lastTransitionTime: rfc3339(now),
    reason: 'Passed',
    message: 'all checks passed',
  };
  yield* client.updateStatus(APIServices, { ...service, status: { conditions: [available] } });
}

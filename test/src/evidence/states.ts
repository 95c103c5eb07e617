// Unhappy states, each with what brings it about in a fresh cluster: the table of evidence is tried on every one of them.

export interface State {
  /** The row that has to recognise it. */
  readonly row: string;
  /** `Kind name` or `Kind namespace/name`. */
  readonly object: string;
  /** Manifests that are applied. */
  readonly yaml?: string;
  /** Commands that are run after all manifests were applied. */
  readonly run?: string;
}

const pod = (name: string, spec: string, metadata = ''): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}${metadata === '' ? '' : `, ${metadata}`} }\nspec: ${spec}\n`;
const hello = (more = '', image = 'learn/hello:1.0'): string =>
  `{ containers: [{ name: main, image: '${image}'${more === '' ? '' : `, ${more}`} }] }`;
const withSpec = (more: string, container = ''): string =>
  `{ ${more}, containers: [{ name: main, image: 'learn/hello:1.0'${container === '' ? '' : `, ${container}`} }] }`;
const template = (labels: string, spec: string): string =>
  `template: { metadata: { labels: ${labels} }, spec: ${spec} }`;
const workload = (kind: string, name: string, more: string, spec = hello()): string =>
  `apiVersion: apps/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: { selector: { matchLabels: { own: ${name} } }, ${template(`{ own: ${name} }`, spec)}, ${more} }\n`;
const job = (name: string, more: string, command: string): string =>
  `apiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name} }\nspec: { ${more}, template: { spec: { restartPolicy: Never, containers: [{ name: main, image: busybox, command: [sh, -c, '${command}'] }] } } }\n`;
const claim = (name: string, spec: string): string =>
  `apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: ${name} }\nspec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } }${spec} }\n`;
const service = (name: string, spec: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: { ports: [{ port: 80 }], ${spec} }\n`;
const ingress = (name: string, spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: ${name} }\nspec: { ${spec} }\n`;
const backend = (name: string, port: number): string =>
  `defaultBackend: { service: { name: ${name}, port: { number: ${port} } } }`;
const shell = (name: string, command: string, more = ''): string =>
  pod(name, `{ containers: [{ name: main, image: busybox, command: [sh, -c, '${command}'] }]${more} }`);
const binding = (kind: string, name: string, role: string, subject: string): string =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${role} }\nsubjects: [{ kind: ServiceAccount, namespace: default, name: ${subject} }]\n`;

const SCHEDULING: readonly State[] = [
  {
    row: 'pod-gated',
    object: 'Pod gated',
    yaml: pod('gated', withSpec('schedulingGates: [{ name: example.com/wait }]')),
  },
  {
    row: 'pod-claim-missing',
    object: 'Pod no-claim',
    yaml: pod('no-claim', withSpec('volumes: [{ name: v, persistentVolumeClaim: { claimName: none } }]')),
  },
  {
    row: 'pod-claim-unbound',
    object: 'Pod unbound',
    yaml:
      claim('by-hand', ", storageClassName: ''") +
      '---\n' +
      pod('unbound', withSpec('volumes: [{ name: v, persistentVolumeClaim: { claimName: by-hand } }]')),
  },
  { row: 'pod-cpu', object: 'Pod cpu', yaml: pod('cpu', hello('resources: { requests: { cpu: 100 } }')) },
  { row: 'pod-memory', object: 'Pod memory', yaml: pod('memory', hello('resources: { requests: { memory: 900Gi } }')) },
  { row: 'pod-resource', object: 'Pod gpu', yaml: pod('gpu', hello('resources: { limits: { example.com/gpu: 1 } }')) },
  { row: 'pod-selector', object: 'Pod selector', yaml: pod('selector', withSpec('nodeSelector: { disk: ssd }')) },
  {
    row: 'pod-affinity',
    object: 'Pod affinity',
    yaml: pod(
      'affinity',
      withSpec(
        'affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: nobody } } }] } }',
      ),
    ),
  },
  {
    row: 'pod-anti-affinity',
    object: 'Pod apart',
    yaml: pod(
      'apart',
      withSpec(
        'affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: kubernetes.io/os, labelSelector: { matchLabels: { app: crowd } } }] } }',
      ),
    ),
  },
  {
    row: 'pod-spread',
    object: 'Pod spread',
    yaml: pod(
      'spread',
      withSpec(
        'topologySpreadConstraints: [{ maxSkew: 1, topologyKey: example.com/zone, whenUnsatisfiable: DoNotSchedule, labelSelector: { matchLabels: { app: x } } }]',
      ),
    ),
  },
  {
    row: 'pod-port',
    object: 'Pod port',
    yaml: workload(
      'DaemonSet',
      'taken',
      'minReadySeconds: 0',
      hello('ports: [{ containerPort: 8080, hostPort: 8080 }]'),
    ),
    run: `kubectl apply -f - <<'E'\n${pod('port', hello('ports: [{ containerPort: 8080, hostPort: 8080 }]'))}E`,
  },
  { row: 'pod-other-scheduler', object: 'Pod other', yaml: pod('other', withSpec('schedulerName: mine')) },
];

const STARTING: readonly State[] = [
  { row: 'image-missing', object: 'Pod mistyped', yaml: pod('mistyped', hello('', 'learn/hello:9.9')) },
  { row: 'image-never', object: 'Pod never', yaml: pod('never', hello('imagePullPolicy: Never', 'learn/slow:1.0')) },
  { row: 'image-name', object: 'Pod misnamed', yaml: pod('misnamed', hello('', 'Learn/Hello:1.0')) },
  {
    row: 'config-map-missing',
    object: 'Pod no-config',
    yaml: pod('no-config', hello('envFrom: [{ configMapRef: { name: none } }]')),
  },
  {
    row: 'secret-missing',
    object: 'Pod no-secret',
    yaml: pod('no-secret', hello('envFrom: [{ secretRef: { name: none } }]')),
  },
  {
    row: 'key-missing',
    object: 'Pod no-key',
    yaml: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: keys }\ndata: { a: b }\n---\n${pod('no-key', hello('env: [{ name: X, valueFrom: { configMapKeyRef: { name: keys, key: c } } }]'))}`,
  },
  {
    row: 'runs-as-root',
    object: 'Pod root',
    yaml: pod(
      'root',
      "{ containers: [{ name: main, image: busybox, command: [sleep, '1000'], securityContext: { runAsNonRoot: true } }] }",
    ),
  },
  { row: 'command-missing', object: 'Pod no-command', yaml: pod('no-command', hello('command: [/bin/nothing]')) },
  {
    row: 'volume-config-map-missing',
    object: 'Pod no-config-volume',
    yaml: pod(
      'no-config-volume',
      withSpec('volumes: [{ name: v, configMap: { name: none } }]', 'volumeMounts: [{ name: v, mountPath: /v }]'),
    ),
  },
  {
    row: 'volume-secret-missing',
    object: 'Pod no-secret-volume',
    yaml: pod(
      'no-secret-volume',
      withSpec('volumes: [{ name: v, secret: { secretName: none } }]', 'volumeMounts: [{ name: v, mountPath: /v }]'),
    ),
  },
  {
    row: 'volume-unmounted',
    object: 'Pod no-key-volume',
    yaml: `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: volume-keys }\ndata: { a: b }\n---\n${pod('no-key-volume', withSpec('volumes: [{ name: v, configMap: { name: volume-keys, items: [{ key: c, path: c }] } }]', 'volumeMounts: [{ name: v, mountPath: /v }]'))}`,
  },
  {
    row: 'init-fails',
    object: 'Pod init-fails',
    yaml: pod('init-fails', withSpec("initContainers: [{ name: first, image: busybox, command: [sh, -c, 'exit 4'] }]")),
  },
  {
    row: 'init-runs',
    object: 'Pod init-runs',
    yaml: pod('init-runs', withSpec("initContainers: [{ name: first, image: busybox, command: [sleep, '100000'] }]")),
  },
];

const STAYING: readonly State[] = [
  {
    row: 'out-of-memory',
    object: 'Pod greedy',
    yaml: pod(
      'greedy',
      hello(
        "env: [{ name: LEAK_MB_PER_MINUTE, value: '6000' }], resources: { limits: { memory: 32Mi } }",
        'learn/leaky:1.0',
      ),
    ),
  },
  { row: 'crashes', object: 'Pod crashes', yaml: shell('crashes', 'exit 3') },
  {
    row: 'others-go-on',
    object: 'Pod half-done',
    yaml: shell('half-done', 'true', ', restartPolicy: Never').replace(
      'containers: [',
      "containers: [{ name: helper, image: 'learn/hello:1.0' }, ",
    ),
  },
  { row: 'ends-by-itself', object: 'Pod ends', yaml: shell('ends', 'echo done') },
  {
    row: 'liveness-fails',
    object: 'Pod liveness',
    yaml: pod(
      'liveness',
      hello('livenessProbe: { httpGet: { path: /nothing, port: 8080 }, periodSeconds: 2, failureThreshold: 2 }'),
    ),
  },
  {
    row: 'startup-fails',
    object: 'Pod startup',
    yaml: pod(
      'startup',
      hello('startupProbe: { httpGet: { path: /nothing, port: 8080 }, periodSeconds: 2, failureThreshold: 3 }'),
    ),
  },
  {
    row: 'starting-slowly',
    object: 'Pod slow',
    yaml: pod(
      'slow',
      hello('startupProbe: { httpGet: { path: /nothing, port: 8080 }, periodSeconds: 10, failureThreshold: 300 }'),
    ),
  },
  {
    row: 'readiness-fails',
    object: 'Pod unready',
    yaml: pod(
      'unready',
      hello('readinessProbe: { httpGet: { path: /nothing, port: 8080 }, periodSeconds: 2 }'),
      'labels: { app: unready }',
    ),
  },
  {
    row: 'readiness-gate',
    object: 'Pod gate',
    yaml: pod('gate', withSpec('readinessGates: [{ conditionType: example.com/attached }]')),
  },
  { row: 'pod-deadline', object: 'Pod deadline', yaml: pod('deadline', withSpec('activeDeadlineSeconds: 5')) },
  { row: 'pod-failed', object: 'Pod failed', yaml: shell('failed', 'exit 2', ', restartPolicy: Never') },
  { row: 'pod-completed', object: 'Pod completed', yaml: shell('completed', 'echo done', ', restartPolicy: Never') },
  {
    row: 'pod-finalizer',
    object: 'Pod final',
    yaml: pod('final', hello(), 'finalizers: [example.com/wait]'),
    run: 'kubectl delete pod final --wait=false',
  },
  {
    row: 'pod-ending',
    object: 'Pod ending',
    yaml: pod(
      'ending',
      "{ terminationGracePeriodSeconds: 3000, containers: [{ name: main, image: 'learn/stubborn:1.0' }] }",
    ),
    run: 'kubectl wait --for=condition=Ready pod/ending --timeout=60s; kubectl delete pod ending --wait=false',
  },
];

const WORKLOADS: readonly State[] = [
  { row: 'deployment-paused', object: 'Deployment paused', yaml: workload('Deployment', 'paused', 'paused: true') },
  { row: 'deployment-zero', object: 'Deployment zero', yaml: workload('Deployment', 'zero', 'replicas: 0') },
  {
    row: 'deployment-deadline',
    object: 'Deployment stuck',
    yaml: workload('Deployment', 'stuck', 'progressDeadlineSeconds: 20', hello('', 'learn/hello:9.8')),
  },
  {
    row: 'deployment-pods',
    object: 'Deployment unwell',
    yaml: workload('Deployment', 'unwell', 'replicas: 1', hello('', 'learn/hello:9.7')),
  },
  {
    row: 'deployment-account',
    object: 'Deployment no-account',
    yaml: workload('Deployment', 'no-account', 'replicas: 1', withSpec('serviceAccountName: none')),
  },
  {
    row: 'replicaset-pods',
    object: 'ReplicaSet rs-unwell',
    yaml: workload('ReplicaSet', 'rs-unwell', 'replicas: 1', hello('', 'learn/hello:9.6')),
  },
  {
    row: 'replicaset-account',
    object: 'ReplicaSet rs-no-account',
    yaml: workload('ReplicaSet', 'rs-no-account', 'replicas: 1', withSpec('serviceAccountName: none')),
  },
  {
    row: 'replicaset-quota',
    object: 'ReplicaSet full/rs',
    yaml: `apiVersion: v1\nkind: Namespace\nmetadata: { name: full }\n---\napiVersion: v1\nkind: ResourceQuota\nmetadata: { name: few, namespace: full }\nspec: { hard: { pods: '1' } }\n---\n${workload('ReplicaSet', 'rs, namespace: full', 'replicas: 3').replace('own: rs, namespace: full', 'own: rs').replace('own: rs, namespace: full', 'own: rs')}`,
  },
  { row: 'quota-full', object: 'ResourceQuota full/few' },
  {
    row: 'statefulset-service-missing',
    object: 'StatefulSet nameless',
    yaml: workload('StatefulSet', 'nameless', 'serviceName: none, replicas: 1'),
  },
  {
    row: 'statefulset-waits',
    object: 'StatefulSet waits',
    yaml: workload('StatefulSet', 'waits', "serviceName: '', replicas: 3", hello('', 'learn/hello:9.5')),
  },
  {
    row: 'statefulset-pods',
    object: 'StatefulSet set-unwell',
    yaml: workload('StatefulSet', 'set-unwell', "serviceName: '', replicas: 1", hello('', 'learn/hello:9.5')),
  },
  {
    row: 'statefulset-on-delete',
    object: 'StatefulSet set-on-delete',
    yaml: workload('StatefulSet', 'set-on-delete', "serviceName: '', replicas: 1, updateStrategy: { type: OnDelete }"),
    run: 'kubectl rollout status statefulset/set-on-delete --timeout=30s; kubectl set image statefulset/set-on-delete main=learn/hello:1.1',
  },
  {
    row: 'daemonset-nowhere',
    object: 'DaemonSet nowhere',
    yaml: workload('DaemonSet', 'nowhere', 'minReadySeconds: 0', withSpec('nodeSelector: { disk: ssd }')),
  },
  {
    row: 'daemonset-on-delete',
    object: 'DaemonSet on-delete',
    yaml: workload('DaemonSet', 'on-delete', 'updateStrategy: { type: OnDelete }'),
    run: 'kubectl wait --for=jsonpath={.status.numberReady}=2 daemonset/on-delete --timeout=30s; kubectl set image daemonset/on-delete main=learn/hello:1.1',
  },
  {
    row: 'daemonset-pods',
    object: 'DaemonSet ds-unwell',
    yaml: workload('DaemonSet', 'ds-unwell', 'minReadySeconds: 0', hello('', 'learn/hello:9.4')),
  },
  { row: 'job-suspended', object: 'Job suspended', yaml: job('suspended', 'suspend: true', 'true') },
  { row: 'job-backoff', object: 'Job backoff', yaml: job('backoff', 'backoffLimit: 0', 'exit 1') },
  { row: 'job-deadline', object: 'Job late', yaml: job('late', 'activeDeadlineSeconds: 5', 'sleep 1000') },
  {
    row: 'job-policy',
    object: 'Job policy',
    yaml: job(
      'policy',
      'podFailurePolicy: { rules: [{ action: FailJob, onExitCodes: { operator: In, values: [42] } }] }',
      'exit 42',
    ),
  },
  {
    row: 'job-pods',
    object: 'Job job-unwell',
    yaml: job('job-unwell', 'backoffLimit: 1', 'true').replace('image: busybox', 'image: busybox:none'),
  },
  {
    row: 'cronjob-suspended',
    object: 'CronJob cron-suspended',
    yaml: cronJob('cron-suspended', "suspend: true, schedule: '* * * * *'"),
  },
  { row: 'cronjob-never', object: 'CronJob never', yaml: cronJob('never', "schedule: '0 0 30 12 *'") },
  {
    row: 'cronjob-busy',
    object: 'CronJob busy',
    yaml: cronJob('busy', "schedule: '* * * * *', concurrencyPolicy: Forbid"),
  },
];

function cronJob(name: string, spec: string): string {
  return `apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: ${name} }\nspec: { ${spec}, jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: busybox, command: [sleep, '100000'] }] } } } } }\n`;
}

const NETWORK: readonly State[] = [
  { row: 'service-no-selector', object: 'Service no-selector', yaml: service('no-selector', 'type: ClusterIP') },
  { row: 'service-selects-nobody', object: 'Service nobody', yaml: service('nobody', 'selector: { app: nobody }') },
  {
    row: 'service-elsewhere',
    object: 'Service elsewhere',
    yaml: `${service('elsewhere', 'selector: { far: away }')}---\n${pod('away', hello(), 'namespace: full-of-others, labels: { far: away }')}---\napiVersion: v1\nkind: Namespace\nmetadata: { name: full-of-others }\n`,
  },
  {
    row: 'service-none-ready',
    object: 'Service none-ready',
    yaml: service('none-ready', 'selector: { app: unready }'),
  },
  {
    row: 'service-target-port',
    object: 'Service target',
    yaml: `${pod('ported', hello('ports: [{ name: http, containerPort: 8080 }]'), 'labels: { app: ported }')}---\n${service('target', 'selector: { app: ported }')}`,
  },
  {
    row: 'service-pending',
    object: 'Service balanced',
    yaml: `${pod('behind', hello('ports: [{ containerPort: 80 }]'), 'labels: { app: behind }')}---\n${service('balanced', 'type: LoadBalancer, selector: { app: behind }')}`,
  },
  {
    row: 'ingress-class-missing',
    object: 'Ingress no-such-class',
    yaml: ingress('no-such-class', `ingressClassName: none, ${backend('balanced', 80)}`),
  },
  { row: 'ingress-no-class', object: 'Ingress classless', yaml: ingress('classless', backend('balanced', 80)) },
  {
    row: 'ingress-service-missing',
    object: 'Ingress serviceless',
    yaml: `apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: { name: mine }\nspec: { controller: example.com/mine }\n---\n${ingress('serviceless', `ingressClassName: mine, ${backend('none', 80)}`)}`,
  },
  {
    row: 'ingress-port-missing',
    object: 'Ingress portless',
    yaml: ingress('portless', `ingressClassName: mine, ${backend('balanced', 8080)}`),
  },
  {
    row: 'ingress-secret-missing',
    object: 'Ingress secretless',
    yaml: ingress(
      'secretless',
      `ingressClassName: mine, tls: [{ hosts: [x.example], secretName: none }], ${backend('balanced', 80)}`,
    ),
  },
  {
    row: 'ingress-no-controller',
    object: 'Ingress alone',
    yaml: ingress('alone', `ingressClassName: mine, ${backend('balanced', 80)}`),
  },
  {
    row: 'policy-selects-nobody',
    object: 'NetworkPolicy idle',
    yaml: 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: idle }\nspec: { podSelector: { matchLabels: { app: nobody } } }\n',
  },
];

const STORAGE: readonly State[] = [
  { row: 'claim-no-volume', object: 'PersistentVolumeClaim by-hand' },
  {
    row: 'claim-class-missing',
    object: 'PersistentVolumeClaim no-class',
    yaml: claim('no-class', ', storageClassName: none'),
  },
  { row: 'claim-waits-for-pod', object: 'PersistentVolumeClaim waiting', yaml: claim('waiting', '') },
  {
    row: 'claim-in-use',
    object: 'PersistentVolumeClaim used',
    yaml: `${claim('used', '')}---\n${pod('user', withSpec('volumes: [{ name: v, persistentVolumeClaim: { claimName: used } }]'))}`,
    run: 'kubectl wait --for=condition=Ready pod/user --timeout=60s; kubectl delete pvc used --wait=false',
  },
  { row: 'volume-free', object: 'PersistentVolume free', yaml: volume('free') },
  {
    row: 'volume-released',
    object: 'PersistentVolume released',
    yaml: `${volume('released', ', storageClassName: hand')}---\n${claim('releases', ', storageClassName: hand')}`,
    run: 'kubectl wait --for=jsonpath={.status.phase}=Bound pvc/releases --timeout=60s; kubectl delete pvc releases',
  },
  {
    row: 'claim-lost',
    object: 'PersistentVolumeClaim loses',
    yaml: `${volume('lost', ', storageClassName: other')}---\n${claim('loses', ', storageClassName: other')}`,
    run: `kubectl wait --for=jsonpath={.status.phase}=Bound pvc/loses --timeout=60s; kubectl patch pv lost --type=merge -p '{"metadata":{"finalizers":null}}'; kubectl delete pv lost --wait=false; kubectl patch pv lost --type=merge -p '{"metadata":{"finalizers":null}}'`,
  },
];

function volume(name: string, more = ''): string {
  return `apiVersion: v1\nkind: PersistentVolume\nmetadata: { name: ${name} }\nspec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], persistentVolumeReclaimPolicy: Retain, hostPath: { path: /tmp/${name} }${more === '' ? ', storageClassName: nobody-asks' : more} }\n`;
}

const LIMITS: readonly State[] = [
  { row: 'hpa-target', object: 'HorizontalPodAutoscaler targetless', yaml: autoscaler('targetless', 'none') },
  {
    row: 'hpa-metrics',
    object: 'HorizontalPodAutoscaler blind',
    yaml: `${workload('Deployment', 'scaled', 'replicas: 1')}---\n${autoscaler('blind', 'scaled')}`,
  },
  { row: 'hpa-disabled', object: 'HorizontalPodAutoscaler idle', yaml: autoscaler('idle', 'zero') },
  {
    row: 'budget-nobody',
    object: 'PodDisruptionBudget idle',
    yaml: budget('idle', '{ app: nobody }', 'minAvailable: 1'),
  },
  {
    row: 'budget-never',
    object: 'PodDisruptionBudget never',
    yaml: budget('never', '{ own: scaled }', 'minAvailable: 1'),
  },
  {
    row: 'budget-blocked',
    object: 'PodDisruptionBudget blocked',
    yaml: `${workload('Deployment', 'half', 'replicas: 2', hello('readinessProbe: { httpGet: { path: /nothing, port: 8080 } }'))}---\n${budget('blocked', '{ own: half }', 'minAvailable: 1')}`,
  },
  {
    row: 'rolebinding-role',
    object: 'RoleBinding no-role',
    yaml: binding('RoleBinding', 'no-role', 'none', 'default'),
  },
  {
    row: 'rolebinding-account',
    object: 'RoleBinding no-account',
    yaml: binding('RoleBinding', 'no-account', 'view', 'none'),
  },
  {
    row: 'clusterrolebinding-role',
    object: 'ClusterRoleBinding no-role',
    yaml: binding('ClusterRoleBinding', 'no-role', 'none', 'default'),
  },
  {
    row: 'clusterrolebinding-account',
    object: 'ClusterRoleBinding no-account',
    yaml: binding('ClusterRoleBinding', 'no-account', 'view', 'none'),
  },
];

function autoscaler(name: string, target: string): string {
  return `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: ${name} }\nspec: { minReplicas: 1, maxReplicas: 3, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${target} }, metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }] }\n`;
}

function budget(name: string, selector: string, spec: string): string {
  return `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: ${name} }\nspec: { selector: { matchLabels: ${selector} }, ${spec} }\n`;
}

const CSR =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIYk1JR0JBZ0VBTUI4eERqQU1CZ05WQkFNTUJXRnNhV05sTVEwd0N3WURWUVFLREFSMFpXRnRNRmt3RXdZSApLb1pJemowQ0FRWUlLb1pJemowREFRY0RRZ0FFL3hDTTROaGxBNVdiVkZ3cnlaODY1bDdrS3FmMTNXN3Z3R3V0CkhORWlIenViQjNlRmJYZUdGRnkvd1AxZ0hXUGdiWmVOSk13UWd4b1FodW9iREd6WERhQUFNQW9HQ0NxR1NNNDkKQkFNQ0Ewa0FNRVlDSVFDQWF6WEJhaE5uVzJXTTZqRHNiZUZZbHQrQUY2QWxTZ1c0bnJxTnZ3YzI5Z0loQU00NwpjeE8zRlJkNkVQbDdHeGpyQ0NsSVd1Z3pCd0RHS3hVU2pGYUZ5SW9pCi0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=';

const CLUSTER: readonly State[] = [
  {
    row: 'namespace-finalizers',
    object: 'Namespace held',
    yaml: `apiVersion: v1\nkind: Namespace\nmetadata: { name: held }\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: holds, namespace: held, finalizers: [example.com/wait] }\n`,
    run: 'kubectl delete namespace held --wait=false',
  },
  { row: 'csr-pending', object: 'CertificateSigningRequest waits', run: request('waits') },
  {
    row: 'csr-denied',
    object: 'CertificateSigningRequest denied',
    run: `${request('denied')}\nkubectl certificate deny denied`,
  },
  { row: 'webhook-deaf', object: 'ValidatingWebhookConfiguration deaf', yaml: webhook('Validating', 'deaf') },
  { row: 'webhook-deaf-mutating', object: 'MutatingWebhookConfiguration deaf', yaml: webhook('Mutating', 'deaf') },
  {
    row: 'apiservice-down',
    object: 'APIService v1.example.com',
    run: `kubectl patch apiservice v1.example.com --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"Available","status":"False","reason":"ServiceNotFound","message":"service/none is not present"}]}}'`,
    yaml: 'apiVersion: apiregistration.k8s.io/v1\nkind: APIService\nmetadata: { name: v1.example.com }\nspec: { group: example.com, version: v1, groupPriorityMinimum: 1000, versionPriority: 10, insecureSkipTLSVerify: true, service: { name: none, namespace: default } }\n',
  },
];

function request(name: string): string {
  return `kubectl create -f - <<'E'\napiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: { name: ${name} }\nspec: { signerName: example.com/mine, usages: [digital signature], request: ${CSR} }\nE`;
}

function webhook(kind: string, name: string): string {
  return `apiVersion: admissionregistration.k8s.io/v1\nkind: ${kind}WebhookConfiguration\nmetadata: { name: ${name} }\nwebhooks: [{ name: deaf.example.com, admissionReviewVersions: [v1], sideEffects: None, failurePolicy: Ignore, clientConfig: { service: { name: none, namespace: default } }, rules: [{ apiGroups: [example.org], apiVersions: [v1], operations: [CREATE], resources: [nothings] }] }]\n`;
}

/** States that can stand side by side in one cluster. */
export const STATES: readonly State[] = [
  ...SCHEDULING,
  ...STARTING,
  ...STAYING,
  ...WORKLOADS,
  ...NETWORK,
  ...STORAGE,
  ...LIMITS,
  ...CLUSTER,
];

// The programs of a control plane as kubeadm runs them: static pods on its node. What each is called with, which files of
// the node it sees, and what it asks for. Probes are left out: nobody would answer them but the cluster itself.

import { RELEASE } from '../kube/release.ts';

export const PKI = '/etc/kubernetes/pki';

export interface Part {
  /** Of the image, the container and the program. */
  readonly name: string;
  readonly image: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly requests: Readonly<Record<string, string>>;
  /** Folders and files of the node, by the volume's name; they have the same path inside. */
  readonly mounts: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Bytes that the program holds. */
  readonly memory: number;
}

/** The node that a control plane runs on, and where its API is found. */
export interface Site {
  readonly node: string;
  readonly address: string;
  readonly port: number;
}

const MIB = 2 ** 20;
const CERTIFICATES = { 'ca-certs': '/etc/ssl/certs', 'k8s-certs': PKI };

function kubeconfigFlags(file: string): Readonly<Record<string, string>> {
  return { 'authentication-kubeconfig': file, 'authorization-kubeconfig': file, kubeconfig: file };
}

/** All four, in the order in which a control plane needs them. */
export function partsOf({ node, address, port }: Site): readonly Part[] {
  const kubernetes = (name: string): string => `registry.k8s.io/${name}:${RELEASE}`;
  return [
    {
      name: 'etcd',
      image: 'registry.k8s.io/etcd:3.6.8-0',
      flags: {
        'advertise-client-urls': `https://${address}:2379`,
        'cert-file': `${PKI}/etcd/server.crt`,
        'client-cert-auth': 'true',
        'data-dir': '/var/lib/etcd',
        'feature-gates': 'InitialCorruptCheck=true',
        'initial-advertise-peer-urls': `https://${address}:2380`,
        'initial-cluster': `${node}=https://${address}:2380`,
        'key-file': `${PKI}/etcd/server.key`,
        'listen-client-urls': `https://127.0.0.1:2379,https://${address}:2379`,
        'listen-metrics-urls': 'http://127.0.0.1:2381',
        'listen-peer-urls': `https://${address}:2380`,
        name: node,
        'peer-cert-file': `${PKI}/etcd/peer.crt`,
        'peer-client-cert-auth': 'true',
        'peer-key-file': `${PKI}/etcd/peer.key`,
        'peer-trusted-ca-file': `${PKI}/etcd/ca.crt`,
        'snapshot-count': '10000',
        'trusted-ca-file': `${PKI}/etcd/ca.crt`,
        'watch-progress-notify-interval': '5s',
      },
      requests: { cpu: '100m', memory: '100Mi' },
      mounts: { 'etcd-data': '/var/lib/etcd', 'etcd-certs': `${PKI}/etcd` },
      annotations: { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': `https://${address}:2379` },
      memory: 40 * MIB,
    },
    {
      name: 'kube-apiserver',
      image: kubernetes('kube-apiserver'),
      flags: {
        'advertise-address': address,
        'allow-privileged': 'true',
        'authorization-mode': 'Node,RBAC',
        'client-ca-file': `${PKI}/ca.crt`,
        'enable-admission-plugins': 'NodeRestriction',
        'enable-bootstrap-token-auth': 'true',
        'etcd-cafile': `${PKI}/etcd/ca.crt`,
        'etcd-certfile': `${PKI}/apiserver-etcd-client.crt`,
        'etcd-keyfile': `${PKI}/apiserver-etcd-client.key`,
        'etcd-servers': 'https://127.0.0.1:2379',
        'kubelet-client-certificate': `${PKI}/apiserver-kubelet-client.crt`,
        'kubelet-client-key': `${PKI}/apiserver-kubelet-client.key`,
        'kubelet-preferred-address-types': 'InternalIP,ExternalIP,Hostname',
        'proxy-client-cert-file': `${PKI}/front-proxy-client.crt`,
        'proxy-client-key-file': `${PKI}/front-proxy-client.key`,
        'requestheader-allowed-names': 'front-proxy-client',
        'requestheader-client-ca-file': `${PKI}/front-proxy-ca.crt`,
        'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
        'requestheader-group-headers': 'X-Remote-Group',
        'requestheader-username-headers': 'X-Remote-User',
        'secure-port': String(port),
        'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
        'service-account-key-file': `${PKI}/sa.pub`,
        'service-account-signing-key-file': `${PKI}/sa.key`,
        'service-cluster-ip-range': '10.96.0.0/16',
        'tls-cert-file': `${PKI}/apiserver.crt`,
        'tls-private-key-file': `${PKI}/apiserver.key`,
      },
      requests: { cpu: '250m' },
      mounts: CERTIFICATES,
      annotations: { 'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint': `${address}:${port}` },
      memory: 250 * MIB,
    },
    {
      name: 'kube-controller-manager',
      image: kubernetes('kube-controller-manager'),
      flags: {
        'allocate-node-cidrs': 'true',
        ...kubeconfigFlags('/etc/kubernetes/controller-manager.conf'),
        'bind-address': '127.0.0.1',
        'client-ca-file': `${PKI}/ca.crt`,
        'cluster-cidr': '10.244.0.0/16',
        'cluster-name': 'kind',
        'cluster-signing-cert-file': `${PKI}/ca.crt`,
        'cluster-signing-key-file': `${PKI}/ca.key`,
        controllers: '*,bootstrapsigner,tokencleaner',
        'enable-hostpath-provisioner': 'true',
        'leader-elect': 'true',
        'requestheader-client-ca-file': `${PKI}/front-proxy-ca.crt`,
        'root-ca-file': `${PKI}/ca.crt`,
        'service-account-private-key-file': `${PKI}/sa.key`,
        'service-cluster-ip-range': '10.96.0.0/16',
        'use-service-account-credentials': 'true',
      },
      requests: { cpu: '200m' },
      mounts: { ...CERTIFICATES, kubeconfig: '/etc/kubernetes/controller-manager.conf' },
      memory: 60 * MIB,
    },
    {
      name: 'kube-scheduler',
      image: kubernetes('kube-scheduler'),
      flags: {
        ...kubeconfigFlags('/etc/kubernetes/scheduler.conf'),
        'bind-address': '127.0.0.1',
        'leader-elect': 'true',
      },
      requests: { cpu: '100m' },
      mounts: { kubeconfig: '/etc/kubernetes/scheduler.conf' },
      memory: 30 * MIB,
    },
  ];
}

/** Files of the node that the flags name; all of them are there when it starts. */
export function filesNamedBy({ flags }: Part): readonly string[] {
  return Object.values(flags).filter((value) => value.startsWith('/etc/kubernetes/'));
}

/** The text of its manifest, as kubeadm writes it. */
export function manifestOf({ name, image, flags, requests, mounts, annotations = {} }: Part): string {
  const volumes = Object.entries(mounts);
  const noted = pairs('    ', annotations);
  const command = Object.entries(flags).map(([flag, value]) => `    - --${flag}=${value}`);
  const mounted = volumes.flatMap(([volume, path]) => [
    `    - mountPath: ${path}`,
    `      name: ${volume}`,
    ...(isWritten(path) ? [] : ['      readOnly: true']),
  ]);
  const kept = volumes.flatMap(([volume, path]) => [
    '  - hostPath:',
    `      path: ${path}`,
    `      type: ${path.endsWith('.conf') ? 'FileOrCreate' : 'DirectoryOrCreate'}`,
    `    name: ${volume}`,
  ]);
  return `apiVersion: v1
kind: Pod
metadata:
${noted === '' ? '' : `  annotations:\n${noted}`}  labels:
    component: ${name}
    tier: control-plane
  name: ${name}
  namespace: kube-system
spec:
  containers:
  - command:
    - ${name}
${command.join('\n')}
    image: ${image}
    imagePullPolicy: IfNotPresent
    name: ${name}
    resources:
      requests:
${pairs('        ', requests)}    volumeMounts:
${mounted.join('\n')}
  hostNetwork: true
  priority: 2000001000
  priorityClassName: system-node-critical
  securityContext:
    seccompProfile:
      type: RuntimeDefault
  volumes:
${kept.join('\n')}
`;
}

function pairs(indent: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${indent}${key}: ${value}\n`)
    .join('');
}

/** etcd mounts even its certificates with the right to write. */
function isWritten(path: string): boolean {
  return path.includes('etcd');
}

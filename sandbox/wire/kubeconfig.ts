// The file that tells stock clients where the cluster is and who they are. It holds a key: it is for its owner's eyes only.

import type { Authority } from './certificates.ts';

/** The first line of files that were written here, and may be written again. */
export const MARK = '# Written by k8s-learn serve, for as long as it runs.';

export function kubeconfigText(authority: Authority, port: number, name = 'k8s-learn'): string {
  const { certificate, key } = authority.client('kubernetes-admin', ['system:masters']);
  const data = (text: string): string => Buffer.from(text).toString('base64');
  return `${MARK}
apiVersion: v1
kind: Config
clusters:
- name: ${name}
  cluster:
    server: https://127.0.0.1:${port}
    certificate-authority-data: ${data(authority.certificate)}
contexts:
- name: ${name}
  context:
    cluster: ${name}
    user: ${name}
current-context: ${name}
users:
- name: ${name}
  user:
    client-certificate-data: ${data(certificate)}
    client-key-data: ${data(key)}
`;
}

// Requests for certificates: those of kubelets for their own nodes are approved, what is approved is signed for the
// signers that Kubernetes has itself.
//
// observe: certificate signing requests.
// diff:    `refusal` says why a request isn't one for its signer.
// act:     approve, sign, or say that it failed.

import type { Client } from '../client/client.ts';
import { keyOf } from '../client/informer.ts';
import { base64Of, decodeBase64 } from '../kube/go/base64.ts';
import type { Authority } from '../kube/x509/authority.ts';
import { FOR_CLIENTS, FOR_SERVERS } from '../kube/x509/certificate.ts';
import { pemBlocks } from '../kube/x509/pem.ts';
import { type CertificateRequest, readRequest } from '../kube/x509/request.ts';
import { CertificateSigningRequests, SubjectAccessReviews } from '../schema/generated/resources.ts';
import type { V1CertificateSigningRequest, V1CertificateSigningRequestCondition } from '../schema/generated/types.ts';
import type { Work } from '../time/loop.ts';
import { rfc3339, type TimeMs } from '../time/units.ts';
import type { Controller } from './controller.ts';

const CLIENT = 'kubernetes.io/kube-apiserver-client';
const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';
const KUBELET_SERVING = 'kubernetes.io/kubelet-serving';
const LEGACY = 'kubernetes.io/legacy-unknown';
const SIGNERS = [CLIENT, KUBELET_CLIENT, KUBELET_SERVING, LEGACY];

const NODES = 'system:nodes';
const NODE_PREFIX = 'system:node:';
const YEAR_S = 365 * 24 * 3600;
const LEAST_S = 600;
/** Clocks differ: a certificate holds a little before it was made. */
const BACKDATE_MS = 5 * 60 * 1000;

/** What stands after the review of access, by what the subresource is called that the asker must be allowed to create. */
const APPROVALS = [
  ['selfnodeclient', 'Auto approving self kubelet client certificate after SubjectAccessReview.'],
  ['nodeclient', 'Auto approving kubelet client certificate after SubjectAccessReview.'],
] as const;

export function certificateController(authority: () => Authority): Controller {
  return {
    name: 'certificate-controller',
    setup({ component, client }) {
      const requests = component.informer(CertificateSigningRequests);
      const queue = component.queue(
        'requests for certificates',
        function* (key, turn) {
          const request = requests.get(key);
          if (request === undefined || (request.status?.certificate ?? '') !== '' || has(request, 'Denied')) {
            return undefined;
          }
          if (has(request, 'Approved')) yield* sign(turn.client, request, authority(), component.now());
          else yield* approve(turn.client, request, component.now());
          return undefined;
        },
        client,
      );
      requests.on(({ type, object, causes }) => {
        if (type !== 'deleted') queue.add(keyOf(object), causes);
      });
    },
  };
}

function has({ status }: V1CertificateSigningRequest, type: string): boolean {
  return (status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');
}

function* sign(client: Client, request: V1CertificateSigningRequest, authority: Authority, now: TimeMs): Work<void> {
  const { signerName, usages = [], expirationSeconds } = request.spec;
  if (!SIGNERS.includes(signerName) || has(request, 'Failed')) return;
  const asked = parsed(request);
  if (asked === undefined) return;
  const why = refusal(signerName, asked, usages ?? []);
  if (why !== undefined) {
    const failed = conditionOf('Failed', 'SignerValidationFailure', why, now);
    yield* client.updateStatus(CertificateSigningRequests, withCondition(request, failed));
    return;
  }
  const seconds = Math.min(Math.max(expirationSeconds ?? YEAR_S, LEAST_S), YEAR_S);
  const validity = { notBefore: now - BACKDATE_MS, notAfter: now + seconds * 1000 };
  const pem = authority.issue(
    asked.subject,
    asked.publicKey,
    purposesOf(usages ?? []),
    validity,
    asked.alternatives?.der,
  );
  const certificate = base64Of(pem);
  yield* client.updateStatus(CertificateSigningRequests, { ...request, status: { ...request.status, certificate } });
}

function purposesOf(usages: readonly string[]): readonly string[] {
  return [
    ...(usages.includes('client auth') ? [FOR_CLIENTS] : []),
    ...(usages.includes('server auth') ? [FOR_SERVERS] : []),
  ];
}

function* approve(client: Client, request: V1CertificateSigningRequest, now: TimeMs): Work<void> {
  const { signerName, usages, username = '', groups, uid } = request.spec;
  const asked = parsed(request);
  if (signerName !== KUBELET_CLIENT || asked === undefined) return;
  if (refusal(signerName, asked, usages ?? []) !== undefined) return;
  for (const [subresource, message] of APPROVALS) {
    if (subresource === 'selfnodeclient' && asked.subject.commonName !== username) continue;
    const resourceAttributes = {
      group: 'certificates.k8s.io',
      resource: 'certificatesigningrequests',
      verb: 'create',
      version: '*',
      subresource,
    };
    const spec = { user: username, groups: groups ?? [], ...(uid === undefined ? {} : { uid }), resourceAttributes };
    const { status } = yield* client.create(SubjectAccessReviews, { spec });
    if (status?.allowed !== true) continue;
    const next = withCondition(request, conditionOf('Approved', 'AutoApproved', message, now));
    yield* client.updatePart(CertificateSigningRequests, 'approval', next);
    return;
  }
}

function parsed({ spec }: V1CertificateSigningRequest): CertificateRequest | undefined {
  const text = new TextDecoder().decode(decodeBase64(spec.request));
  const [block] = pemBlocks(text);
  return block === undefined ? undefined : readRequest(decodeBase64(block.base64));
}

/** In the order in which a signer looks for them, and as it calls them. */
const UNFIT_NAMES = [
  ['DNS', 'DNS'],
  ['email', 'Email'],
  ['IP', 'IP'],
  ['URI', 'URI'],
] as const;

/** Why a request isn't one for its signer, in the words of the real controller; undefined when it is. Pure. */
export function refusal(
  signer: string,
  { subject, alternatives }: CertificateRequest,
  usages: readonly string[],
): string | undefined {
  if (signer === CLIENT) return clientRefusal(usages);
  if (signer === LEGACY) return undefined;
  if (subject.organizations.join() !== NODES) return 'subject organization is not system:nodes';
  const unfit = unfitNames(signer, alternatives?.kinds ?? new Set());
  if (unfit !== undefined) return unfit;
  const own = signer === KUBELET_CLIENT ? 'client auth' : 'server auth';
  const required = [own, 'digital signature', 'key encipherment'].sort();
  const wanted = usages.includes('key encipherment')
    ? required
    : required.filter((usage) => usage !== 'key encipherment');
  const misnamed = subject.commonName.startsWith(NODE_PREFIX)
    ? undefined
    : 'subject common name does not begin with system:node:';
  const misused =
    [...new Set(usages)].sort().join() === wanted.join() ? undefined : `usages did not match [${required.join(' ')}]`;
  return signer === KUBELET_CLIENT ? (misnamed ?? misused) : (misused ?? misnamed);
}

/** A kubelet that serves has names or addresses, as a client it has none; and never others. */
function unfitNames(signer: string, kinds: ReadonlySet<string>): string | undefined {
  const isServer = signer !== KUBELET_CLIENT;
  if (isServer && !kinds.has('DNS') && !kinds.has('IP')) return 'DNS or IP subjectAltName is required';
  const allowed = isServer ? ['DNS', 'IP'] : [];
  const other = UNFIT_NAMES.find(([kind]) => kinds.has(kind) && !allowed.includes(kind));
  return other === undefined ? undefined : `${other[1]} subjectAltNames are not allowed`;
}

function clientRefusal(usages: readonly string[]): string | undefined {
  const other = usages.find((usage) => !['digital signature', 'key encipherment', 'client auth'].includes(usage));
  if (other !== undefined) return `invalid usage for client certificate: ${other}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

function conditionOf(type: string, reason: string, message: string, now: TimeMs): V1CertificateSigningRequestCondition {
  return { type, status: 'True', reason, message, lastUpdateTime: rfc3339(now) };
}

function withCondition(
  request: V1CertificateSigningRequest,
  condition: V1CertificateSigningRequestCondition,
): V1CertificateSigningRequest {
  const { status } = request;
  return { ...request, status: { ...status, conditions: [...(status?.conditions ?? []), condition] } };
}

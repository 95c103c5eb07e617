// CertificateApproval, CertificateSigning and CertificateSubjectRestriction: who may approve and sign requests for
// certificates is said signer by signer, and nobody becomes a superuser by a certificate.

import { decodeBase64 } from '../../kube/go/base64.ts';
import { sameJson } from '../../kube/json.ts';
import { pemBlocks } from '../../kube/x509/pem.ts';
import { readRequest } from '../../kube/x509/request.ts';
import type { V1CertificateSigningRequest } from '../../schema/generated/types.ts';
import type { AdmissionPlugin, Attributes } from './chain.ts';
import { forbiddenBy } from './refusal.ts';

const GROUP = 'certificates.k8s.io';
const SUPERUSERS = 'system:masters';
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';

export const certificateApproval: AdmissionPlugin = {
  name: 'CertificateApproval',
  handles: (attributes) => isPart(attributes, 'approval'),
  *validate(attributes) {
    const signer = signerOf(attributes.old);
    if (maySigner(attributes, 'approve', signer)) return;
    throw forbiddenBy(attributes, `user not permitted to approve requests with signerName ${JSON.stringify(signer)}`);
  },
};

export const certificateSigning: AdmissionPlugin = {
  name: 'CertificateSigning',
  handles: (attributes) => isPart(attributes, 'status'),
  *validate(attributes) {
    const [next, before] = [attributes.object, attributes.old].map(
      (each) => (each as V1CertificateSigningRequest).status,
    );
    const same =
      next?.certificate === before?.certificate &&
      sameJson((next?.conditions ?? []) as never, (before?.conditions ?? []) as never);
    const signer = signerOf(attributes.old);
    if (same || maySigner(attributes, 'sign', signer)) return;
    throw forbiddenBy(attributes, `user not permitted to sign requests with signerName ${JSON.stringify(signer)}`);
  },
};

export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  handles: (attributes) => attributes.verb === 'CREATE' && isPart(attributes, ''),
  *validate(attributes) {
    const { spec } = attributes.object as V1CertificateSigningRequest;
    if (spec.signerName !== CLIENT_SIGNER) return;
    const [block] = pemBlocks(new TextDecoder().decode(decodeBase64(spec.request)));
    const request = block === undefined ? undefined : readRequest(decodeBase64(block.base64));
    if (request?.subject.organizations.includes(SUPERUSERS) !== true) return;
    throw forbiddenBy(attributes, `use of ${CLIENT_SIGNER} signer with ${SUPERUSERS} group is not allowed`);
  },
};

function isPart({ served, subresource }: Attributes, part: string): boolean {
  return subresource === part && served.type.group === GROUP && served.type.resource === 'certificatesigningrequests';
}

function signerOf(request: Attributes['old']): string {
  return (request as V1CertificateSigningRequest).spec.signerName;
}

/** For this signer, or for all of its domain. */
function maySigner({ caller, context }: Attributes, verb: string, signer: string): boolean {
  const names = [signer, `${signer.split('/')[0] ?? ''}/*`];
  return names.some((name) => {
    const target = { group: GROUP, version: '*', resource: 'signers', name };
    return context.decide({ user: caller.user, verb, target }).decision === 'allow';
  });
}

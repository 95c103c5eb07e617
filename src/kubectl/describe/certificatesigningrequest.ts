// Describing certificate signing requests, with what is in the request itself.

import { humanDuration } from '../../../sandbox/kube/duration.ts';
import { CertificateSigningRequests } from '../../../sandbox/schema/generated/resources.ts';
import type { V1CertificateSigningRequest } from '../../../sandbox/schema/generated/types.ts';
import { labelsText } from '../printers/table.ts';
import { parseCertificateRequest } from '../text/certificaterequest.ts';
import { described } from './describer.ts';
import type { Page } from './page.ts';
import { fullTime, metaOf } from './parts.ts';

const SUBJECT_LISTS = [
  'Organization',
  'Organizational Unit',
  'Country',
  'Locality',
  'Province',
  'StreetAddress',
  'PostalCode',
] as const;

const NAME_LISTS = ['DNS Names', 'Email Addresses', 'URIs', 'IP Addresses'] as const;

export const describeCertificateSigningRequest = described(CertificateSigningRequests, (page, request) => {
  const { name = '', labels = {}, annotations = {}, creationTimestamp } = metaOf(request);
  const { username = '', signerName, expirationSeconds, request: encoded } = request.spec;
  const content = parseCertificateRequest(atob(encoded));
  page.line(0, `Name:\t${name}`);
  page.line(0, `Labels:\t${labelsText(labels)}`);
  page.line(0, `Annotations:\t${labelsText(annotations)}`);
  page.line(0, `CreationTimestamp:\t${fullTime(creationTimestamp)}`);
  page.line(0, `Requesting User:\t${username}`);
  if (signerName) page.line(0, `Signer:\t${signerName}`);
  if (expirationSeconds !== undefined) {
    page.line(0, `Requested Duration:\t${humanDuration(expirationSeconds * 1000)}`);
  }
  page.line(0, `Status:\t${statusText(request)}`);
  page.line(0, 'Subject:');
  page.line(0, `\tCommon Name:\t${content.subject.get('Common Name')?.[0] ?? ''}`);
  page.line(0, `\tSerial Number:\t${content.subject.get('Serial Number')?.[0] ?? ''}`);
  for (const title of SUBJECT_LISTS) list(page, title, content.subject.get(title));
  if (content.names.size > 0) page.line(0, 'Subject Alternative Names:');
  for (const title of NAME_LISTS) list(page, title, content.names.get(title));
});

function list(page: Page, title: string, values: readonly string[] | undefined): void {
  if (values === undefined || values.length === 0) return;
  page.line(0, `\t${title}:\t${values.join('\n\t\t')}`);
}

/** `Approved,Issued` */
function statusText({ status }: V1CertificateSigningRequest): string {
  const types = (status?.conditions ?? []).map(({ type }) => type);
  const decision = types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending';
  return [decision, ...(types.includes('Failed') ? ['Failed'] : []), ...(status?.certificate ? ['Issued'] : [])].join();
}

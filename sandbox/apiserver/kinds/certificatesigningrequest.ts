// CertificateSigningRequest: somebody asks for a certificate; somebody else approves or denies; a signer issues it.

import { humanDuration } from '../../kube/duration.ts';
import { at, duplicate, forbiddenField, invalid, notSupported, required, tooLong } from '../../kube/fielderrors.ts';
import { quote } from '../../kube/go/text.ts';
import { sameJson } from '../../kube/json.ts';
import { dns1123Label, dns1123Subdomain } from '../../kube/names.ts';
import { pemBlocks } from '../../kube/x509/pem.ts';
import { CertificateSigningRequests } from '../../schema/generated/resources.ts';
import type {
  V1CertificateSigningRequest,
  V1CertificateSigningRequestCondition,
  V1CertificateSigningRequestSpec,
} from '../../schema/generated/types.ts';
import { rfc3339 } from '../../time/units.ts';
import { defineKind, type KindContext, type Strategy } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { textOf } from './shared/bytes.ts';
import type { Errors } from './shared/checks.ts';
import { ageColumn, NONE, nameColumn, orNone, text } from './shared/columns.ts';

type Request = V1CertificateSigningRequest;
type Condition = V1CertificateSigningRequestCondition;

const NAMED = { namespaced: false, name: () => [] };
const LEGACY = 'kubernetes.io/legacy-unknown';
const MIN_S = 600;
/** Of a domain, and of a signer's whole name. */
const DOMAIN_MAX = 253;
const SIGNER_MAX = 571;
const DECISIONS = ['Approved', 'Denied'];
const FINAL = [...DECISIONS, 'Failed'];
const STATUSES = ['False', 'True', 'Unknown'];
const USAGES = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

/** What an endpoint may change beside what all may. */
type Right = 'certificate' | 'decision';

export const certificateSigningRequests = defineKind<Request>({
  type: CertificateSigningRequests,
  strategy: {
    prepareCreate: (request, { caller }) => ({
      ...request,
      spec: { ...asked(request.spec), ...whoAsks(caller.user) },
      status: {},
    }),
    prepareUpdate: (next, { spec, status }) => ({ ...next, spec, ...(status === undefined ? {} : { status }) }),
    validate: errors,
    validateUpdate: (next, current) => updateErrors(next, current),
    resetFields: ['spec', 'status'],
  },
  subresources: {
    status: {
      type: 'part',
      strategy: part('certificate', (next, { spec, status }) => {
        const kept = (status?.conditions ?? []).filter(({ type }) => DECISIONS.includes(type));
        const own = (next.status?.conditions ?? []).filter(({ type }) => !DECISIONS.includes(type));
        const conditions = [...kept, ...own];
        return { ...next, spec, status: { ...next.status, ...(conditions.length === 0 ? {} : { conditions }) } };
      }),
    },
    approval: {
      type: 'part',
      strategy: part('decision', (next, { spec, status }) => {
        const conditions = next.status?.conditions;
        return { ...next, spec, status: { ...status, ...(conditions === undefined ? {} : { conditions }) } };
      }),
    },
  },
  selectableFields: { 'spec.signerName': ({ spec }) => spec.signerName ?? '' },
  columns: [
    nameColumn(),
    ageColumn(),
    text('SignerName', ({ spec }) => orNone(spec.signerName)),
    text('Requestor', ({ spec }) => spec.username ?? ''),
    text('RequestedDuration', ({ spec: { expirationSeconds } }) =>
      expirationSeconds === undefined ? NONE : humanDuration(expirationSeconds * 1000),
    ),
    text('Condition', stateOf),
  ],
});

function part(right: Right, prepare: (next: Request, current: Request) => Request): Strategy<Request> {
  const reset = right === 'certificate' ? 'status.conditions' : 'status.certificate';
  return {
    prepareUpdate: (next, current, context) => withTimes(prepare(next, current), current, context),
    validateUpdate: (next, current) => updateErrors(next, current, right),
    resetFields: ['spec', reset],
  };
}

/** What somebody says of himself isn't believed. */
function asked(spec: V1CertificateSigningRequestSpec): V1CertificateSigningRequestSpec {
  const { username: _, uid: __, groups: ___, extra: ____, ...rest } = spec;
  return rest;
}

function whoAsks({ name, uid = '', groups, extra = {} }: KindContext['caller']['user']) {
  return {
    username: name,
    ...(uid === '' ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups: [...groups] }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

function withTimes(next: Request, current: Request, context: KindContext): Request {
  const conditions = next.status?.conditions;
  if (conditions === undefined) return next;
  const now = rfc3339(context.now());
  const timed = conditions.map((condition): Condition => {
    const before = (current.status?.conditions ?? []).find(
      ({ type, status }) => type === condition.type && status === condition.status,
    );
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? now,
      lastTransitionTime: condition.lastTransitionTime ?? before?.lastTransitionTime ?? now,
    };
  });
  return { ...next, status: { ...next.status, conditions: timed } };
}

function stateOf({ status }: Request): string {
  const types = (status?.conditions ?? []).map(({ type }) => type);
  const decision = types.includes('Denied') ? 'Denied' : types.includes('Approved') ? 'Approved' : 'Pending';
  const issued = (status?.certificate ?? '') === '' ? '' : ',Issued';
  return `${decision}${types.includes('Failed') ? ',Failed' : ''}${issued}`;
}

function* errors(request: Request): Errors {
  yield* metaErrors(request, NAMED);
  const { request: pem, usages = [], signerName = '', expirationSeconds } = request.spec ?? {};
  const [block] = (pem ?? '') === '' ? [] : pemBlocks(textOf(pem));
  if (block?.type !== 'CERTIFICATE REQUEST') {
    yield invalid('spec.request', pem ?? null, 'PEM block type must be CERTIFICATE REQUEST');
  }
  if (usages.length === 0) yield required('spec.usages');
  for (const [i, usage] of usages.entries()) {
    if (!USAGES.includes(usage)) yield notSupported(at('spec.usages', i), usage, USAGES);
  }
  for (const [i, usage] of usages.entries()) {
    if (usages.indexOf(usage) < i) yield duplicate(at('spec.usages', i), usage);
  }
  yield* signerErrors(signerName, 'spec.signerName');
  if (expirationSeconds !== undefined && expirationSeconds < MIN_S) {
    const why = `may not specify a duration less than ${MIN_S} seconds (10 minutes)`;
    yield invalid('spec.expirationSeconds', expirationSeconds, why);
  }
  yield* conditionErrors(request.status?.conditions ?? [], 'status.conditions');
}

function* signerErrors(name: string, field: string): Errors {
  const parts = name.split('/');
  const [domain = '', path = ''] = parts;
  if (name === LEGACY) yield invalid(field, name, 'the legacy signerName is not allowed via this API version');
  else if (name === '') yield required(field);
  else if (parts.length !== 2) {
    yield invalid(field, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
  } else {
    yield* domainErrors(domain, field);
    yield* labelsProblems(path, dns1123Subdomain, field);
    if (name.length > SIGNER_MAX) yield tooLong(field, SIGNER_MAX);
  }
}

function* domainErrors(domain: string, field: string): Errors {
  if (domain.length > DOMAIN_MAX) yield tooLong(field, DOMAIN_MAX);
  yield* labelsProblems(domain, dns1123Label, field);
  if (!domain.includes('.')) {
    yield invalid(field, domain, 'should be a domain with at least two segments separated by dots');
  }
}

/** Of labels between dots only the first that is wrong is told: the others' words couldn't be told from its. */
function* labelsProblems(labels: string, rule: (label: string) => readonly string[], field: string): Errors {
  const wrong = labels.split('.').find((label) => rule(label).length > 0);
  if (wrong === undefined) return;
  for (const problem of rule(wrong)) yield invalid(field, labels, `validating label ${quote(wrong)}: ${problem}`);
}

function* conditionErrors(conditions: readonly Condition[], field: string): Errors {
  const seen = new Set<string>();
  for (const [i, { type = '', status = '' }] of conditions.entries()) {
    if (type === '') yield required(at(field, i, 'type'));
    const allowed = FINAL.includes(type) ? ['True'] : STATUSES;
    if (status === '') yield required(at(field, i, 'status'));
    else if (!allowed.includes(status)) yield notSupported(at(field, i, 'status'), status, allowed);
    const other = DECISIONS.find((decision) => decision !== type) ?? '';
    if (DECISIONS.includes(type) && seen.has(other)) {
      yield invalid(field, type, 'Approved and Denied conditions are mutually exclusive');
    }
    if (seen.has(type)) yield duplicate(at(field, i, 'type'), type);
    seen.add(type);
  }
}

function* updateErrors(next: Request, current: Request, right?: Right): Errors {
  yield* errors(next);
  const field = 'status.conditions';
  const of = (request: Request, type: string): readonly Condition[] =>
    (request.status?.conditions ?? []).filter((condition) => condition.type === type);
  for (const type of FINAL) {
    if (of(next, type).length < of(current, type).length) {
      yield forbiddenField(field, `updates may not remove a condition of type ${quote(type)}`);
    }
  }
  for (const type of right === 'decision' ? [] : DECISIONS) {
    const before = of(current, type);
    const after = of(next, type);
    if (after.length > before.length) {
      yield forbiddenField(field, `updates may not add a condition of type ${quote(type)}`);
    } else if (after.length === before.length && !sameJson([...after], [...before])) {
      yield forbiddenField(field, `updates may not modify a condition of type ${quote(type)}`);
    }
  }
  const before = current.status?.certificate ?? '';
  if ((next.status?.certificate ?? '') !== before) {
    if (right !== 'certificate') yield forbiddenField('status.certificate', 'updates may not set certificate content');
    else if (before !== '') {
      yield forbiddenField('status.certificate', 'updates may not modify existing certificate content');
    }
  }
  yield* metaUpdateErrors(next, current);
}

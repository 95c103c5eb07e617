// TokenRequest: a token for a service account, for some time, and no longer than the object that it is bound to.

import { type FieldError, invalid, invalidObject } from '../../kube/fielderrors.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { ResourceType } from '../../kube/resource.ts';
import { badRequest, conflict, notFound } from '../../kube/status.ts';
import { Nodes, Pods, Secrets, ServiceAccounts } from '../../schema/generated/resources.ts';
import type {
  AuthenticationV1TokenRequest,
  V1BoundObjectReference,
  V1Pod,
  V1ServiceAccount,
} from '../../schema/generated/types.ts';
import { uuid } from '../../time/chance.ts';
import { after, rfc3339, seconds } from '../../time/units.ts';
import { type Claims, ISSUER, type ObjectRef } from '../auth/tokens.ts';
import type { KindContext, Subresource } from '../kind.ts';

const TYPE = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' };
const HOUR = 3600;
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;
/** Pods whose token was mounted without their asking ask for this; they get a year, for programs that never read it anew. */
const MOUNTED_SECONDS = 3607;
const YEAR = 365 * 24 * HOUR;

export const tokenRequest: Subresource<V1ServiceAccount> = {
  type: 'act',
  kind: TYPE,
  noted(body) {
    const { spec, ...request } = body as AuthenticationV1TokenRequest;
    const noted: AuthenticationV1TokenRequest = {
      ...request,
      spec: { ...spec, expirationSeconds: spec?.expirationSeconds ?? HOUR },
    };
    return noted;
  },
  *act(body, name, context) {
    const wanted = body as AuthenticationV1TokenRequest;
    const { namespace = '' } = context;
    const account = accountOf(wanted, name, namespace, context);
    const { audiences: asked, boundObjectRef } = wanted.spec ?? {};
    const expirationSeconds = wanted.spec?.expirationSeconds ?? HOUR;
    const errors = [...durationErrors(expirationSeconds)];
    if (errors.length > 0) throw invalidObject(TYPE, '', errors);
    const bound = boundObjectRef ? boundTo(boundObjectRef, name, namespace, context) : {};
    const audiences = asked?.length ? asked : [ISSUER];
    const { uid = '' } = account.metadata ?? {};
    const claims = claimsOf({ namespace, account: { name, uid }, audiences, expirationSeconds, bound }, context);
    const metadata = { ...wanted.metadata, name, namespace, uid, creationTimestamp: rfc3339(context.now()) };
    const made: AuthenticationV1TokenRequest = {
      ...wanted,
      apiVersion: `${TYPE.group}/${TYPE.version}`,
      kind: TYPE.kind,
      metadata,
      spec: { ...wanted.spec, audiences, expirationSeconds },
      status: {
        token: context.tokens.sign(claims),
        expirationTimestamp: rfc3339(after(context.now(), seconds(expirationSeconds))),
      },
    };
    return { code: 201, object: made };
  },
};

/** The account that the request is about. What the request says of it itself must be so. */
function accountOf(
  { metadata = {} }: AuthenticationV1TokenRequest,
  name: string,
  namespace: string,
  context: KindContext,
): V1ServiceAccount {
  const { name: said = '', namespace: place = '', uid: known = '' } = metadata;
  if (place !== '' && place !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (said !== '' && said !== name) {
    const why = 'must match the service account name if specified';
    throw invalidObject(TYPE, name, [invalid('metadata.name', said, why)]);
  }
  const account = found(ServiceAccounts, namespace, name, context);
  const { uid = '' } = account.metadata ?? {};
  if (known !== '' && known !== uid) {
    const why = `the UID in the token request (${known}) does not match the UID of the service account (${uid})`;
    throw conflict({ ...TYPE, name }, why);
  }
  return account;
}

function* durationErrors(asked: number): Iterable<FieldError> {
  const field = 'spec.expirationSeconds';
  if (asked < MIN_SECONDS) yield invalid(field, asked, 'may not specify a duration less than 10 minutes');
  if (asked > MAX_SECONDS) yield invalid(field, asked, 'may not specify a duration larger than 2^32 seconds');
}

type Bound = Pick<Claims['kubernetes.io'], 'node' | 'pod' | 'secret'>;

function boundTo(ref: V1BoundObjectReference, account: string, namespace: string, context: KindContext): Bound {
  const { apiVersion = '', kind = '', name = '' } = ref;
  // Of a version only the group counts, and these are of none.
  switch (apiVersion.includes('/') ? '' : kind) {
    case 'Pod': {
      const pod = found(Pods, namespace, name, context);
      if (pod.spec?.serviceAccountName !== account) throw badRequest(otherAccount(account));
      return { ...nodeOf(pod, context), pod: referenced(pod, ref) };
    }
    case 'Node':
      return { node: referenced(found(Nodes, undefined, name, context), ref) };
    case 'Secret':
      return { secret: referenced(found(Secrets, namespace, name, context), ref) };
    default: {
      const version = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
      throw badRequest(`cannot bind token to object of type ${version}, Kind=${kind}`);
    }
  }
}

function otherAccount(account: string): string {
  const name = JSON.stringify(account);
  return `cannot bind token for serviceaccount ${name} to pod running with different serviceaccount name.`;
}

function nodeOf({ spec }: V1Pod, context: KindContext): Bound {
  const { nodeName: name = '' } = spec ?? {};
  if (name === '') return {};
  return { node: { name, uid: context.get(Nodes, undefined, name)?.metadata?.uid ?? '' } };
}

function found<T extends KubeObject>(
  type: ResourceType<T>,
  namespace: string | undefined,
  name: string,
  context: KindContext,
): T {
  if (name === '') throw badRequest('Name parameter required.');
  const object = context.get(type, namespace, name);
  if (object === undefined) throw notFound({ group: type.group, kind: type.resource, name });
  return object;
}

function referenced(object: KubeObject, { kind = '', name = '', uid: known = '' }: V1BoundObjectReference): ObjectRef {
  const { uid = '' } = object.metadata ?? {};
  if (known !== '' && known !== uid) {
    const happened = 'The object might have been deleted and then recreated';
    const why = `the UID in the bound object reference (${known}) does not match the UID in record. ${happened}`;
    throw conflict({ group: '', kind, name }, why);
  }
  return { name, uid };
}

interface Terms {
  readonly namespace: string;
  readonly account: ObjectRef;
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  readonly bound: Bound;
}

function claimsOf(terms: Terms, context: KindContext): Claims {
  const { namespace, account, audiences, expirationSeconds, bound } = terms;
  const now = Math.floor(context.now() / 1000);
  const isMounted =
    bound.pod !== undefined &&
    expirationSeconds === MOUNTED_SECONDS &&
    audiences.every((audience) => audience === ISSUER);
  return {
    aud: audiences,
    exp: now + (isMounted ? YEAR : expirationSeconds),
    iat: now,
    iss: ISSUER,
    jti: uuid(context.draws('token', String(context.age()), JSON.stringify(terms)), 0),
    'kubernetes.io': {
      namespace,
      ...bound,
      serviceaccount: account,
      ...(isMounted ? { warnafter: now + expirationSeconds } : {}),
    },
    nbf: now,
    sub: `system:serviceaccount:${namespace}:${account.name}`,
  };
}

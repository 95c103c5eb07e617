// authorizer.group('apps').resource('deployments').check('delete').allowed(): asking whether a user may do something.

import { dns1123Label, dns1123Subdomain } from '../../names.ts';
import { object, type Type } from '../types.ts';
import {
  type Extension,
  type Failure,
  failure,
  isTaggedAs,
  KIND,
  NO_SUCH_OVERLOAD,
  type Result,
  type Value,
} from '../values.ts';
import type { FunctionSpec, Library, Run } from './library.ts';

/** What is to be decided. */
interface AccessQuestion {
  /** A service account in place of the user whose request it is. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  readonly verb: string;
  /** Of what isn't a resource. */
  readonly path?: string;
  readonly resource?: AccessedResource;
}

/** Its version is `*`. */
export interface AccessedResource {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Texts as the expression has them; they may be ill-formed. Empty: everything. */
  readonly fieldSelector: string;
  readonly labelSelector: string;
}

export interface AccessDecision {
  readonly allowed: boolean;
  readonly reason: string;
  readonly error?: string;
}

export type Authorizer = (question: AccessQuestion) => AccessDecision;

type ServiceAccount = NonNullable<AccessQuestion['serviceAccount']>;

/** Who is asked, and about whom. */
interface Asking {
  readonly authorizer: Authorizer;
  readonly serviceAccount?: ServiceAccount;
}

type Subject =
  | { readonly of: 'Authorizer'; readonly asking: Asking }
  | { readonly of: 'PathCheck'; readonly asking: Asking; readonly path: string }
  | { readonly of: 'GroupCheck'; readonly asking: Asking; readonly group: string }
  | { readonly of: 'ResourceCheck'; readonly asking: Asking; readonly resource: AccessedResource }
  | { readonly of: 'Decision'; readonly decision: AccessDecision };

interface SubjectValue extends Extension {
  readonly subject: Subject;
}

const typeOfSubject = (of: Subject['of']): Type => object(`kubernetes.authorization.${of}`);

export const AUTHORIZER_TYPE = typeOfSubject('Authorizer');
export const RESOURCE_CHECK_TYPE = typeOfSubject('ResourceCheck');

const never = (): Failure => NO_SUCH_OVERLOAD;

/** They are never compared, nor taken out of optionals. */
function subjectValue(subject: Subject): SubjectValue {
  return { [KIND]: 'extension', type: typeOfSubject(subject.of), subject, equals: never, native: never };
}

/** The variable `authorizer`. */
export function authorizerValue(authorizer: Authorizer): Value {
  return subjectValue({ of: 'Authorizer', asking: { authorizer } });
}

/** The variable `authorizer.requestResource`. */
export function resourceCheckValue(authorizer: Authorizer, resource: AccessedResource): Value {
  return subjectValue({ of: 'ResourceCheck', asking: { authorizer }, resource });
}

function subjectOf(value: Value): Subject | undefined {
  return isTaggedAs(value, 'extension') && 'subject' in value ? (value as SubjectValue).subject : undefined;
}

/** A function of one kind of subject and of strings. */
function on<Of extends Subject['of']>(
  of: Of,
  run: (subject: Subject & { readonly of: Of }, ...texts: readonly string[]) => Result | Subject,
): Run {
  const isIt = (subject: Subject | undefined): subject is Subject & { readonly of: Of } => subject?.of === of;
  return (receiver = null, ...args) => {
    const subject = subjectOf(receiver);
    const texts = args.filter((arg): arg is string => typeof arg === 'string');
    if (!isIt(subject) || texts.length !== args.length) return NO_SUCH_OVERLOAD;
    const result = run(subject, ...texts);
    return isSubject(result) ? subjectValue(result) : result;
  };
}

function isSubject(result: Result | Subject): result is Subject {
  return typeof result === 'object' && result !== null && 'of' in result && !(KIND in result);
}

function decided({ asking }: { readonly asking: Asking }, question: Omit<AccessQuestion, 'serviceAccount'>): Subject {
  const { authorizer, serviceAccount } = asking;
  const decision = authorizer({ ...(serviceAccount === undefined ? {} : { serviceAccount }), ...question });
  return { of: 'Decision', decision };
}

const path = on('Authorizer', ({ asking }, text = '') =>
  text.trim() === '' ? failure('path must not be empty') : { of: 'PathCheck', asking, path: text },
);

const serviceAccount = on('Authorizer', ({ asking }, namespace = '', name = '') => {
  if (dns1123Subdomain(name).length > 0) return failure('Invalid service account name');
  if (dns1123Label(namespace).length > 0) return failure('Invalid service account namespace');
  return { of: 'Authorizer', asking: { ...asking, serviceAccount: { namespace, name } } };
});

const resource = on('GroupCheck', ({ asking, group }, text = '') => {
  if (text.trim() === '') return failure('resource must not be empty');
  const rest = { subresource: '', namespace: '', name: '', fieldSelector: '', labelSelector: '' };
  return { of: 'ResourceCheck', asking, resource: { group, resource: text, ...rest } };
});

/** A function that narrows down which resource is meant. */
function narrow(part: Exclude<keyof AccessedResource, 'group' | 'resource'>, id: string): FunctionSpec {
  const check = 'kubernetes.authorization.ResourceCheck';
  return {
    overloads: [`${id}: ${check}.(string) -> ${check}`],
    runs: {
      [id]: on('ResourceCheck', (subject, text = '') => ({
        ...subject,
        resource: { ...subject.resource, [part]: text },
      })),
    },
  };
}

function tell(id: string, type: string, run: (decision: AccessDecision) => Result): FunctionSpec {
  return {
    overloads: [`${id}: kubernetes.authorization.Decision.() -> ${type}`],
    runs: { [id]: on('Decision', ({ decision }) => run(decision)) },
  };
}

export const AUTHORIZER_LIBRARY: Library = {
  path: {
    overloads: ['authorizer_path: kubernetes.authorization.Authorizer.(string) -> kubernetes.authorization.PathCheck'],
    runs: { authorizer_path: path },
  },
  group: {
    overloads: [
      'authorizer_group: kubernetes.authorization.Authorizer.(string) -> kubernetes.authorization.GroupCheck',
    ],
    runs: {
      authorizer_group: on('Authorizer', ({ asking }, group = '') => ({ of: 'GroupCheck', asking, group })),
    },
  },
  serviceAccount: {
    overloads: [
      'authorizer_serviceaccount: kubernetes.authorization.Authorizer.(string, string) -> kubernetes.authorization.Authorizer',
    ],
    runs: { authorizer_serviceaccount: serviceAccount },
  },
  resource: {
    overloads: [
      'groupcheck_resource: kubernetes.authorization.GroupCheck.(string) -> kubernetes.authorization.ResourceCheck',
    ],
    runs: { groupcheck_resource: resource },
  },
  subresource: narrow('subresource', 'resourcecheck_subresource'),
  namespace: narrow('namespace', 'resourcecheck_namespace'),
  name: narrow('name', 'resourcecheck_name'),
  fieldSelector: narrow('fieldSelector', 'authorizer_fieldselector'),
  labelSelector: narrow('labelSelector', 'authorizer_labelselector'),
  check: {
    overloads: [
      'pathcheck_check: kubernetes.authorization.PathCheck.(string) -> kubernetes.authorization.Decision',
      'resourcecheck_check: kubernetes.authorization.ResourceCheck.(string) -> kubernetes.authorization.Decision',
    ],
    runs: {
      pathcheck_check: on('PathCheck', (subject, verb = '') => decided(subject, { verb, path: subject.path })),
      resourcecheck_check: on('ResourceCheck', (subject, verb = '') =>
        decided(subject, { verb, resource: subject.resource }),
      ),
    },
  },
  errored: tell('decision_errored', 'bool', ({ error }) => error !== undefined),
  error: tell('decision_error', 'string', ({ error = '' }) => error),
  allowed: tell('decision_allowed', 'bool', ({ allowed }) => allowed),
  reason: tell('decision_reason', 'string', ({ reason }) => reason),
};

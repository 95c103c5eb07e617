// IngressClass: which controller takes care of the ingresses that name it.

import { at, forbiddenField, notSupported, required, tooLong } from '../../kube/fielderrors.ts';
import { byteLength } from '../../kube/go/text.ts';
import { own } from '../../kube/json.ts';
import { dns1123Label, dns1123Subdomain, nameRule, pathSegmentName } from '../../kube/names.ts';
import { IngressClasses } from '../../schema/generated/resources.ts';
import type { V1IngressClass, V1IngressClassParametersReference } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, immutable, problemsOf } from './shared/checks.ts';
import { ageColumn, NONE, nameColumn, text } from './shared/columns.ts';
import { constants, defaulter } from './shared/defaults.ts';
import { domainPath } from './shared/domainpaths.ts';
import { raiseGeneration, withGeneration } from './shared/metaparts.ts';

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };
const CONTROLLER_MAX = 250;
const SCOPES = ['Cluster', 'Namespace'];
const DEFAULT = 'ingressclass.kubernetes.io/is-default-class';

export const ingressClasses = defineKind<V1IngressClass>({
  type: IngressClasses,
  strategy: {
    defaults: defaulter<V1IngressClass>(
      'networking.v1.IngressClass',
      new Map([constants('networking.v1.IngressClassParametersReference', { scope: 'Cluster' })]),
    ),
    prepareCreate: (ingressClass) => withGeneration(ingressClass, 1),
    prepareUpdate: (next, current) => raiseGeneration(next, current),
    validate: errors,
    validateUpdate: function* (next, current) {
      yield* metaUpdateErrors(next, current);
      yield* immutable('spec.controller', next.spec?.controller ?? '', current.spec?.controller ?? '');
      yield* errors(next);
    },
  },
  columns: [
    {
      ...nameColumn(),
      cell: ({ metadata }) =>
        `${metadata?.name ?? ''}${own(metadata?.annotations, DEFAULT) === 'true' ? ' (default)' : ''}`,
    },
    text('Controller', ({ spec }) => spec?.controller ?? ''),
    text('Parameters', ({ spec }) => parametersCell(spec?.parameters)),
    ageColumn(),
  ],
});

function parametersCell(parameters: V1IngressClassParametersReference | undefined): string {
  if (parameters === undefined) return NONE;
  const { apiGroup, kind, name } = parameters;
  return `${kind}${apiGroup === undefined ? '' : `.${apiGroup}`}/${name}`;
}

function* errors(ingressClass: V1IngressClass): Errors {
  yield* metaErrors(ingressClass, NAMED);
  const { controller = '', parameters } = ingressClass.spec ?? {};
  if (byteLength(controller) > CONTROLLER_MAX) yield tooLong('spec.controller', CONTROLLER_MAX);
  yield* domainPath('spec.controller', controller);
  if (parameters !== undefined) yield* parameterErrors(parameters, 'spec.parameters');
}

function* parameterErrors(
  { apiGroup, kind = '', name = '', scope, namespace }: V1IngressClassParametersReference,
  field: string,
): Errors {
  if (apiGroup !== undefined) yield* problemsOf(at(field, 'apiGroup'), apiGroup, dns1123Subdomain(apiGroup));
  for (const [part, value] of [
    ['kind', kind],
    ['name', name],
  ] as const) {
    if (value === '') yield required(at(field, part));
    else yield* problemsOf(at(field, part), value, pathSegmentName(value));
  }
  if (scope === undefined || scope === null) yield required(at(field, 'scope'));
  else if (!SCOPES.includes(scope)) yield notSupported(at(field, 'scope'), scope, SCOPES);
  else if (scope === 'Cluster') {
    if (namespace !== undefined) yield forbiddenField(at(field, 'namespace'), "`parameters.scope` is set to 'Cluster'");
  } else if (namespace === undefined)
    yield required(at(field, 'namespace'), "`parameters.scope` is set to 'Namespace'");
  else yield* problemsOf(at(field, 'namespace'), namespace, dns1123Label(namespace));
}

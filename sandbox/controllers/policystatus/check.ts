// Whether a policy's expressions suit the kinds that it matches. Pure.

import { admissionEnvironment, type Scope } from '../../kube/cel/admission/declarations.ts';
import { compileVariables } from '../../kube/cel/admission/expression.ts';
import { checkText } from '../../kube/cel/compile.ts';
import { DYN } from '../../kube/cel/types.ts';
import { compareText } from '../../kube/go/text.ts';
import { type GroupVersionKind, parseApiVersion } from '../../kube/resource.ts';
import type { ObjectType } from '../../kube/structure.ts';
import type { V1ExpressionWarning, V1ValidatingAdmissionPolicySpec } from '../../schema/generated/types.ts';
import type { Kinds } from './kinds.ts';
import { kindTypes } from './kindtypes.ts';

/** More kinds aren't looked at. */
const KINDS_MAX = 10;

export function expressionWarnings(
  spec: V1ValidatingAdmissionPolicySpec,
  kinds: Kinds,
): readonly V1ExpressionWarning[] {
  const places = matchedKinds(spec, kinds).flatMap((kind) => {
    const structure = kinds.structure(kind);
    return structure === undefined ? [] : [{ kind, scope: scopeOf(spec, kind, structure, kinds) }];
  });
  const problems = (text: string): readonly string[] =>
    places.flatMap(({ kind, scope }) => {
      const checked = checkText(text, admissionEnvironment(scope));
      return 'stage' in checked ? [`${apiName(kind)}: ${checked.message}\n`] : [];
    });
  return (spec.validations ?? []).flatMap(({ expression, messageExpression = '' }, index) => {
    const texts = { expression, ...(messageExpression === '' ? {} : { messageExpression }) };
    return Object.entries(texts).flatMap(([name, text]) => {
      const found = problems(text);
      return found.length === 0
        ? []
        : [{ fieldRef: `spec.validations[${String(index)}].${name}`, warning: found.join('\n') }];
    });
  });
}

/** `/v1, Kind=Pod`, `apps/v1, Kind=Deployment`. */
function apiName({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}, Kind=${kind}`;
}

function scopeOf(
  { paramKind, variables }: V1ValidatingAdmissionPolicySpec,
  kind: GroupVersionKind,
  structure: ObjectType,
  kinds: Kinds,
): Scope {
  const known = kindTypes();
  const given =
    paramKind === undefined
      ? undefined
      : { ...parseApiVersion(paramKind.apiVersion ?? ''), kind: paramKind.kind ?? '' };
  const params = given === undefined ? undefined : kinds.structure(given);
  const scope: Scope = {
    params: given !== undefined,
    authorizer: true,
    kinds: {
      object: known.of(kind.kind, structure),
      params: given === undefined || params === undefined ? DYN : known.of(`${given.kind}.params`, params),
      types: known.types,
    },
  };
  return { ...scope, variables: compileVariables(variables ?? [], scope).types };
}

/** The kinds that the policy names, without those behind asterisks and without parts of objects; by group, version, kind. */
function matchedKinds(
  { matchConstraints }: V1ValidatingAdmissionPolicySpec,
  kinds: Kinds,
): readonly GroupVersionKind[] {
  const found = new Map<string, GroupVersionKind>();
  for (const { apiGroups = [], apiVersions = [], resources = [] } of matchConstraints?.resourceRules ?? []) {
    if (apiGroups.includes('*') || apiVersions.includes('*')) continue;
    const plain = resources.filter((resource) => !/[*/]/.test(resource));
    for (const group of apiGroups)
      for (const version of apiVersions)
        for (const resource of plain) {
          const kind = kinds.find(group, version, resource);
          if (kind !== undefined && found.size < KINDS_MAX) found.set(apiName(kind), kind);
        }
  }
  return [...found.values()].sort(
    (a, b) => compareText(a.group, b.group) || compareText(a.version, b.version) || compareText(a.kind, b.kind),
  );
}

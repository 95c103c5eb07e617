// How the documents describe custom resources: by their own schemas.

import { isObject, type JsonObject } from '../../kube/json.ts';
import type { Documentation } from '../../schema/documentation.ts';
import type { Served } from '../registry.ts';
import type { Dialect } from './definitions.ts';
import { customName } from './operations.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
/** A kind whose fields `apiVersion`, `kind` and `metadata` are described as those of all kinds. */
const EXAMPLE = 'io.k8s.api.core.v1.Pod';
const CONVENTIONS = 'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md';

/** The definitions of a custom resource and of a list of such, by name. */
export function customDefinitions(
  { type, names, schema = {} }: Served,
  dialect: Dialect,
  docs: Documentation,
): readonly (readonly [string, JsonObject])[] {
  const { group, version, kind, resource } = type;
  const listKind = names.listKind ?? `${kind}List`;
  const said = dialect.custom(schema);
  const properties = said['properties'];
  const items = {
    ...(docs.descriptionOf(EXAMPLE) === undefined
      ? {}
      : { description: `List of ${resource}. More info: ${CONVENTIONS}` }),
    type: 'array',
    items: dialect.reference(customName(type), true),
  };
  return [
    [
      customName(type),
      {
        ...said,
        properties: { ...(isObject(properties) ? properties : {}), ...headOf(EXAMPLE, 'ObjectMeta', dialect, docs) },
        'x-kubernetes-group-version-kind': [{ group, version, kind }],
      },
    ],
    [
      customName({ ...type, kind: listKind }),
      {
        description: `${listKind} is a list of ${kind}`,
        type: 'object',
        required: ['items'],
        properties: { items, ...headOf(`${EXAMPLE}List`, 'ListMeta', dialect, docs) },
        'x-kubernetes-group-version-kind': [{ group, version, kind: listKind }],
      },
    ],
  ];
}

/** What all objects begin with. */
function headOf(example: string, meta: string, dialect: Dialect, docs: Documentation): JsonObject {
  const described = (field: string): JsonObject => {
    const description = docs.descriptionOf(example, field);
    return description === undefined ? {} : { description };
  };
  return {
    apiVersion: { ...described('apiVersion'), type: 'string' },
    kind: { ...described('kind'), type: 'string' },
    metadata: { ...described('metadata'), ...dialect.reference(`${META}.${meta}`) },
  };
}

// The kinds of a cluster and the structures of their objects. Pure.

import type { JsonObject } from '../../kube/json.ts';
import type { GroupVersionKind } from '../../kube/resource.ts';
import type { ObjectType } from '../../kube/structure.ts';
import { structureOfCrd } from '../../schema/crd.ts';
import type { V1CustomResourceDefinition } from '../../schema/generated/types.ts';
import { kindType, RESOURCES } from '../../schema/schema.ts';

export interface Kinds {
  find(group: string, version: string, resource: string): GroupVersionKind | undefined;
  structure(kind: GroupVersionKind): ObjectType | undefined;
}

/** The server's own kinds and the custom ones. */
export function kindsOf(definitions: readonly V1CustomResourceDefinition[]): Kinds {
  return {
    find(group, version, resource) {
      const own = RESOURCES.find(
        (each) => each.group === group && each.version === version && each.resource === resource,
      );
      if (own !== undefined) return own;
      const custom = definitions.find(({ spec }) => spec.group === group && spec.names.plural === resource);
      const isServed = custom?.spec.versions.some(({ name, served }) => name === version && served) === true;
      return isServed ? { group, version, kind: custom.spec.names.kind } : undefined;
    },
    structure({ group, version, kind }) {
      const own = kindType(group, version, kind);
      if (own !== undefined) return own.type;
      const custom = definitions.find(({ spec }) => spec.group === group && spec.names.kind === kind);
      const schema = custom?.spec.versions.find(({ name }) => name === version)?.schema?.openAPIV3Schema;
      return schema === undefined ? undefined : structureOfCrd(schema as JsonObject);
    },
  };
}

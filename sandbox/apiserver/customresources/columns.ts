// Columns of custom resources: what their definitions say, by paths into the objects.

import { humanDuration } from '../../kube/duration.ts';
import type { JsonValue } from '../../kube/json.ts';
import { findJsonPath, type JsonPath, parseJsonPath, printResults } from '../../kube/jsonpath.ts';
import type { KubeObject } from '../../kube/meta.ts';
import type { V1CustomResourceColumnDefinition } from '../../schema/generated/types.ts';
import { parseTime, type TimeMs } from '../../time/units.ts';
import type { Column } from '../kind.ts';

const NAME: Column<KubeObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  cell: ({ metadata }) => metadata?.name ?? '',
};

/** What is shown where a definition names no columns. */
const AGE: V1CustomResourceColumnDefinition = {
  name: 'Age',
  type: 'date',
  description:
    'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata',
  jsonPath: '.metadata.creationTimestamp',
};

export function columnsOf(columns: readonly V1CustomResourceColumnDefinition[] = [AGE]): readonly Column<KubeObject>[] {
  return [NAME, ...columns.map(columnOf)];
}

/** Of the scale of any custom resource. */
export const SCALE_COLUMNS = columnsOf([
  { name: 'Desired', type: 'integer', description: 'Number of desired replicas', jsonPath: '.spec.replicas' },
  { name: 'Available', type: 'integer', description: 'Number of actual replicas', jsonPath: '.status.replicas' },
  AGE,
]);

function columnOf(definition: V1CustomResourceColumnDefinition): Column<KubeObject> {
  const { name, type, format, priority, jsonPath, description } = definition;
  const path = pathOf(jsonPath);
  return {
    name,
    type: isType(type) ? type : 'string',
    ...(format === undefined ? {} : { format }),
    ...(priority === undefined ? {} : { priority }),
    description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    cell: (object, now) => cellOf(object, path, type, now),
  };
}

function isType(type: string): type is Column<KubeObject>['type'] {
  return ['string', 'integer', 'number', 'boolean', 'date'].includes(type);
}

function pathOf(text: string): JsonPath | undefined {
  try {
    return parseJsonPath(`{${text}}`);
  } catch {
    return undefined;
  }
}

function cellOf(object: KubeObject, path: JsonPath | undefined, type: string, now: TimeMs): JsonValue {
  const value = path === undefined ? undefined : firstOf(object, path);
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : printResults([value]);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    default:
      return typeof value === 'string' ? age(value, now) : null;
  }
}

function firstOf(object: KubeObject, path: JsonPath): JsonValue | undefined {
  try {
    return findJsonPath(path, object, { allowMissingKeys: true }).results[0]?.[0];
  } catch {
    return undefined;
  }
}

function age(text: string, now: TimeMs): string {
  const time = parseTime(text);
  return time === undefined ? '<invalid>' : humanDuration(now - time);
}

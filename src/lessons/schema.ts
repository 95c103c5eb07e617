// The JSON Schema of lesson.yaml, for editors: made from the same shapes that read it.

import type { JsonObject } from '../../sandbox/kube/json.ts';
import { checkShape } from '../checks/format.ts';
import { clusterShape, lessonShape } from './lesson.ts';

export function lessonSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'lesson.schema.json',
    title: 'A lesson of k8s-learn',
    ...lessonShape.schema,
    $defs: { check: checkShape.schema, cluster: clusterShape.schema },
  };
}

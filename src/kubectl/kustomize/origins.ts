// buildMetadata: what a kustomization notes on its resources about where they come from.

import { isArray, type JsonObject, own } from '../../../sandbox/kube/json.ts';
import { objectAt, objects, textAt, texts } from './paths.ts';
import type { Resource } from './resource.ts';
import { METADATA_ANNOTATIONS, METADATA_LABELS, withEntries } from './transform.ts';

/** kubectl 1.36 holds this release of kustomize. */
const RELEASE = 'kustomize-v5.8.1';

export interface BuildMetadata {
  readonly origins: boolean;
  readonly managedBy: boolean;
  readonly transformers: boolean;
}

export function buildMetadataOf(kustomization: JsonObject): BuildMetadata {
  const wanted = texts(kustomization, 'buildMetadata');
  return {
    origins: wanted.includes('originAnnotations'),
    managedBy: wanted.includes('managedByLabel'),
    transformers: wanted.includes('transformerAnnotations'),
  };
}

/** Where it comes from, as YAML. */
export function withOrigin(resource: Resource, origin: string): Resource {
  return withEntries(resource, { 'config.kubernetes.io/origin': origin }, [METADATA_ANNOTATIONS]);
}

/** The origin of what the generator of a kind makes. */
export function generatorOrigin(path: string, kind: string): string {
  return `configuredIn: ${path}\nconfiguredBy:\n  apiVersion: builtin\n  kind: ${kind}\n`;
}

/** The built-in transformers that the fields of a kustomization are, in the order in which they run; each touches every resource. */
export function transformersOf(kustomization: JsonObject): readonly string[] {
  const count = (...fields: readonly string[]): number =>
    fields.reduce(
      (sum, field) => sum + (isArray(own(kustomization, field)) ? objects(kustomization, field).length : 0),
      0,
    );
  const once = (field: string): number => (textAt(kustomization, field) === '' ? 0 : 1);
  const filled = (field: string): number => (Object.keys(objectAt(kustomization, field)).length > 0 ? 1 : 0);
  const labels = count('labels');
  const runs: readonly (readonly [kind: string, times: number])[] = [
    ['PatchStrategicMergeTransformer', texts(kustomization, 'patchesStrategicMerge').length > 0 ? 1 : 0],
    ['PatchTransformer', count('patches')],
    ['NamespaceTransformer', once('namespace')],
    ['PrefixTransformer', once('namePrefix')],
    ['SuffixTransformer', once('nameSuffix')],
    ['LabelTransformer', labels > 0 ? labels + 1 : filled('commonLabels')],
    ['AnnotationsTransformer', filled('commonAnnotations')],
    ['PatchJson6902Transformer', count('patchesJson6902')],
    ['ReplicaCountTransformer', count('replicas')],
    ['ImageTagTransformer', count('images', 'imageTags')],
    ['ReplacementTransformer', count('replacements') > 0 ? 1 : 0],
  ];
  return runs.flatMap(([kind, times]) => Array.from({ length: times }, () => kind));
}

/** One more transformer in the list of those that touched it. */
export function withTransformer(resource: Resource, path: string, kind: string, name = ''): Resource {
  const ANNOTATION = 'alpha.config.kubernetes.io/transformations';
  const called = name === '' ? '' : `    name: ${name}\n`;
  const entry = `- configuredIn: ${path}\n  configuredBy:\n    apiVersion: builtin\n    kind: ${kind}\n${called}`;
  const metadata = objectAt(resource.object, 'metadata');
  const before = textOf(objectAt(metadata, 'annotations'), ANNOTATION);
  return withEntries(resource, { [ANNOTATION]: before + entry }, [METADATA_ANNOTATIONS]);
}

function textOf(object: JsonObject, key: string): string {
  const value = own(object, key);
  return typeof value === 'string' ? value : '';
}

export function managedByKustomize(resource: Resource): Resource {
  return withEntries(resource, { 'app.kubernetes.io/managed-by': RELEASE }, [METADATA_LABELS]);
}

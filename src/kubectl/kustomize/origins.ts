// buildMetadata: what a kustomization notes on its resources about where they come from.

import type { JsonObject } from '../../../sandbox/kube/json.ts';
import { texts } from './paths.ts';
import type { Resource } from './resource.ts';
import { METADATA_ANNOTATIONS, METADATA_LABELS, withEntries } from './transform.ts';

/** kubectl 1.36 holds this release of kustomize. */
const RELEASE = 'kustomize-v5.8.1';

export interface BuildMetadata {
  readonly origins: boolean;
  readonly managedBy: boolean;
}

/** Throws for what isn't built. */
export function buildMetadataOf(kustomization: JsonObject): BuildMetadata {
  const wanted = texts(kustomization, 'buildMetadata');
  if (wanted.includes('transformerAnnotations')) {
    throw new Error('invalid Kustomization: "transformerAnnotations" of field "buildMetadata" is not built yet');
  }
  return { origins: wanted.includes('originAnnotations'), managedBy: wanted.includes('managedByLabel') };
}

/** Where it comes from, as YAML. */
export function withOrigin(resource: Resource, origin: string): Resource {
  return withEntries(resource, { 'config.kubernetes.io/origin': origin }, [METADATA_ANNOTATIONS]);
}

/** The origin of what the generator of a kind makes. */
export function generatorOrigin(path: string, kind: string): string {
  return `configuredIn: ${path}\nconfiguredBy:\n  apiVersion: builtin\n  kind: ${kind}\n`;
}

export function managedByKustomize(resource: Resource): Resource {
  return withEntries(resource, { 'app.kubernetes.io/managed-by': RELEASE }, [METADATA_LABELS]);
}

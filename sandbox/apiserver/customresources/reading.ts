// How custom resources are read from the storage: as the schema of their own version has them today (with its defaults),
// and then as the version that is asked for knows them (which adds no defaults).

import { lazyFor } from '../../kube/lazy.ts';
import type { KubeObject } from '../../kube/meta.ts';
import { apiVersion } from '../../kube/resource.ts';
import type { V1CustomResourceDefinition, V1CustomResourceDefinitionVersion } from '../../schema/generated/types.ts';
import { deepFreeze } from '../../time/state.ts';
import type { Schema } from './jsonschema.ts';
import { known, normalised } from './normalise.ts';

export interface CustomReader {
  /** What is stored, in the form that its own version has today. */
  settled(stored: KubeObject): KubeObject;
  /** What conversion has made: without what this version doesn't know. */
  known(converted: KubeObject): KubeObject;
  /** The whole way, where conversion changes nothing but the name of the version. */
  read(stored: KubeObject): KubeObject;
}

/** A reader of one version. `schemaOf` answers for every version. */
export function readerOf(
  crd: V1CustomResourceDefinition,
  version: string,
  schemaOf: (version: V1CustomResourceDefinitionVersion) => Schema,
): CustomReader {
  const { group, versions } = crd.spec;
  const own = apiVersion({ group, version });
  const schemas = new Map(versions.map((each) => [apiVersion({ group, version: each.name }), schemaOf(each)]));
  const since = Number(crd.metadata?.resourceVersion ?? 0);
  // What was read is read as it is.
  const done = new WeakSet<KubeObject>();
  const finished = (object: KubeObject): KubeObject => {
    done.add(deepFreeze(object));
    return object;
  };
  const settle = lazyFor((stored: KubeObject): KubeObject => {
    const schema = schemas.get(stored.apiVersion ?? '');
    return schema === undefined ? stored : finished(normalised(schema, stored).value);
  });
  // What was written under the definition as it is has its form already, unless it came from another version.
  const mayBeOlder = ({ metadata }: KubeObject): boolean =>
    versions.length > 1 || Number(metadata?.resourceVersion || since) < since;
  const settled = (stored: KubeObject): KubeObject => (mayBeOlder(stored) ? settle(stored) : stored);
  const inVersion = (object: KubeObject): KubeObject => known(schemas.get(own) ?? {}, object) as KubeObject;
  const renamed = lazyFor((stored: KubeObject) => finished(inVersion({ ...settled(stored), apiVersion: own })));
  return {
    settled,
    known: inVersion,
    read(stored) {
      if (stored.apiVersion !== own) return renamed(stored);
      return done.has(stored) ? stored : settled(stored);
    },
  };
}

// What kinds and fields are for, in words. The texts are made at build time (scripts/schema/build-docs.mjs) and loaded by
// whoever shows them; here they are only looked up.

import { lazy } from '../kube/lazy.ts';
import type { ValueType } from '../kube/structure.ts';
import { aliasOf } from './rows.ts';
import { definition as definitionOf } from './schema.ts';

/** Alias of a definition → its texts: its own under the empty name, those of its fields under theirs. */
export type DocumentationTexts = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Documentation {
  /**
   * The description of a definition (`io.k8s.api.core.v1.PodSpec`) or of one of its fields. A field that has no words of
   * its own is described by its type. Undefined where nobody wrote any.
   */
  descriptionOf(definition: string, field?: string): string | undefined;
  /** What a parameter of a request is for. */
  parameter(name: string): string | undefined;
}

/** Parameters of requests stand under this name, which no definition has. */
const PARAMETERS = '';

/** Nobody has written anything. */
export const UNDOCUMENTED: Documentation = documentation(() => ({}));

/** `load` is called when the first text is asked for. */
export function documentation(load: () => DocumentationTexts): Documentation {
  const loaded = lazy(load);
  const textAt = (alias: string | undefined, field: string): string | undefined => {
    const texts = loaded();
    const own = alias === undefined || !Object.hasOwn(texts, alias) ? undefined : texts[alias];
    return own === undefined || !Object.hasOwn(own, field) ? undefined : own[field];
  };
  const textOf = (definition: string, field: string): string | undefined => textAt(aliasOf(definition), field);
  return {
    parameter: (name) => textAt(PARAMETERS, name),
    descriptionOf(definition, field = '') {
      const text = textOf(definition, field);
      if (text !== undefined || field === '') return text;
      const type = definitionOf(definition)?.field.get(field)?.type();
      const name = type === undefined ? undefined : nameWithin(type);
      return name === undefined ? undefined : textOf(name, '');
    },
  };
}

/** The definition of an object, or of the objects of a list or map. */
function nameWithin(type: ValueType): string | undefined {
  if (type.kind === 'list') return nameWithin(type.items);
  if (type.kind === 'map') return nameWithin(type.values);
  return type.kind === 'object' ? type.name : undefined;
}

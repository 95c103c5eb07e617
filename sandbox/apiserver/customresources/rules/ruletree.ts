// The rules of a whole schema, as a tree with only the parts of it under which there are rules. Compiled once a schema.

import { escapeName } from '../../../kube/cel/escape.ts';
import { isObject } from '../../../kube/json.ts';
import { additionalOf, hasRules, isEmbedded, propertiesOf, type Schema, schemaAt } from '../jsonschema.ts';
import { type CompiledRule, compileRules, rulesOf, SELF_TYPE } from './compilerules.ts';
import { type Declared, declaredOf, withTypeAndName } from './declared.ts';
import { fieldPath } from './fieldpath.ts';

export interface RuleNode {
  readonly schema: Schema;
  /** What expressions see at this place. */
  readonly visible: Schema;
  readonly rules: readonly RuleHere[];
  readonly items?: RuleNode;
  readonly others?: RuleNode;
  readonly properties: ReadonlyMap<string, RuleNode>;
}

export interface RuleHere extends CompiledRule {
  /** Where its errors are told of, from here on. */
  readonly path: string;
}

/** undefined: there are no rules in it. */
export function ruleTree(schema: Schema): RuleNode | undefined {
  if (!hasRules(schema)) return undefined;
  const known = TREES.get(schema);
  if (known !== undefined) return known;
  const declared = declaredOf(schema, true, SELF_TYPE);
  const tree = declared === undefined ? undefined : nodeOf(schema, declared, true);
  if (tree !== undefined) TREES.set(schema, tree);
  return tree;
}

/** Of a schema that is a part of another. */
export function partTree(schema: Schema): RuleNode | undefined {
  const declared = hasRules(schema) ? declaredOf(schema, isEmbedded(schema), SELF_TYPE) : undefined;
  return declared === undefined ? undefined : nodeOf(schema, declared, isEmbedded(schema));
}

/** Schemas never change: what is compiled of one is the same for every cluster. */
const TREES = new WeakMap<Schema, RuleNode>();

function nodeOf(schema: Schema, declared: Declared, isRoot: boolean): RuleNode {
  const rules = compileRules(rulesOf(schema), declared).map((each) => ({ ...each, path: pathOf(each, schema) }));
  const items = under(schemaAt(schema, 'items'), declared.element);
  const additional = additionalOf(schema);
  const others = isObject(additional) ? under(additional, declared.element) : undefined;
  const properties = new Map<string, RuleNode>();
  for (const [name, property] of propertiesOf(schema)) {
    const node = under(property, fieldDeclared(declared, name, property));
    if (node !== undefined) properties.set(name, node);
  }
  return {
    schema,
    visible: isRoot ? withTypeAndName(schema) : schema,
    rules,
    ...(items === undefined ? {} : { items }),
    ...(others === undefined ? {} : { others }),
    properties,
  };
}

function under(schema: Schema | undefined, declared: Declared | undefined): RuleNode | undefined {
  if (schema === undefined || declared === undefined || !hasRules(schema)) return undefined;
  return nodeOf(schema, declared, isEmbedded(schema));
}

/** Fields whose names no expression can write have rules of their own all the same. */
function fieldDeclared(declared: Declared, name: string, property: Schema): Declared | undefined {
  const escaped = escapeName(name);
  if (escaped === undefined) return declaredOf(property, isEmbedded(property), SELF_TYPE);
  return declared.fields?.get(escaped);
}

function pathOf({ rule }: CompiledRule, schema: Schema): string {
  const text = rule.fieldPath ?? '';
  return text === '' ? '' : (fieldPath(text, schema) ?? '');
}

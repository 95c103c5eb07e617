// Selections: what a list or a watch asks for, compiled into one question about an object.

import type { KubeObject } from '../kube/meta.ts';
import {
  checkFields,
  type FieldSelector,
  formatFieldSelector,
  matchesFields,
  parseFieldSelector,
  requiredField,
  unknownField,
  unsupportedField,
} from '../kube/selectors/fieldselectors.ts';
import { parseLabelSelector } from '../kube/selectors/labelselectorparser.ts';
import { EVERYTHING, type LabelSelector, matchesLabels, SelectorError } from '../kube/selectors/labelselectors.ts';
import { badRequest } from '../kube/status.ts';
import type { Served } from './registry.ts';
import { fromStored } from './versions.ts';
import type { Selection, SelectionText } from './watches.ts';

/** Compiles the texts of a selection. Throws BadRequest, in the real server's words. */
export function compileSelection(
  served: Served,
  { prefix, labelSelector, fieldSelector, version }: SelectionText,
): Selection {
  try {
    const labels = labelSelector === '' ? EVERYTHING : parseLabelSelector(labelSelector);
    const asked = fieldSelector === '' ? [] : parseFieldSelector(fieldSelector);
    checkFields(asked, ...knownFields(served));
    // What a webhook has to convert first is judged afterwards.
    const tellsBefore = version !== undefined && served.conversion?.strategy === 'Webhook' && asked.some(isOwn);
    const fields = storedFields(served, tellsBefore ? asked.filter((each) => !isOwn(each)) : asked);
    const hint = hintOf(version === undefined ? served.kind.selectableFields : {}, fields);
    return {
      prefix,
      ...(hint === undefined ? {} : { hint }),
      matches: matcher(served, labels, fields),
      ...(tellsBefore ? { tellsBefore } : {}),
    };
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}

function isOwn({ field }: FieldSelector[number]): boolean {
  return !field.startsWith('metadata.');
}

/** Whether selectors can be read at all, whatever they ask of. Throws BadRequest. */
export function checkSelectors({
  labelSelector = '',
  fieldSelector = '',
}: {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}): void {
  try {
    if (labelSelector !== '') parseLabelSelector(labelSelector);
    if (fieldSelector !== '') parseFieldSelector(fieldSelector);
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}

/** A field selector of a request in the words of the stored version, in which watches remember it. Throws BadRequest. */
export function storedFieldSelector(served: Served, text: string): string {
  if (text === '' || served.version?.fieldLabels === undefined) return text;
  compileSelection(served, { prefix: '', labelSelector: '', fieldSelector: text });
  return formatFieldSelector(storedFields(served, parseFieldSelector(text)));
}

function storedFields({ version }: Served, fields: FieldSelector): FieldSelector {
  const labels = version?.fieldLabels;
  return labels === undefined
    ? fields
    : fields.map((each) => ({ ...each, field: labels.get(each.field) ?? each.field }));
}

function knownFields({
  type,
  kind,
  version,
  custom,
}: Served): [known: (field: string) => boolean, refusal: (field: string) => string] {
  const own = [...(version?.fieldLabels?.keys() ?? Object.keys(kind.selectableFields ?? {}))];
  // Kinds that name their fields name those of the metadata, too: what is in no namespace has none to be selected by.
  const named = own.length > 0 || custom;
  const meta = named && !type.namespaced ? ['metadata.name'] : ['metadata.name', 'metadata.namespace'];
  const all = new Set([...meta, ...own]);
  return [(field) => all.has(field), kind.unknownField ?? (named ? unsupportedField : unknownField)];
}

function matcher(served: Served, labels: LabelSelector, fields: FieldSelector): (object: KubeObject) => boolean {
  const anyLabels = labels !== 'nothing' && labels.length === 0;
  if (anyLabels && fields.length === 0) return () => true;
  const seen =
    served.reader !== undefined && fields.some(isOwn) ? (object: KubeObject) => fromStored(served, object) : as;
  return (object) =>
    (anyLabels || matchesLabels(labels, object.metadata?.labels)) &&
    matchesFields(fields, (field) => fieldOf(served, seen(object), field));
}

function as(object: KubeObject): KubeObject {
  return object;
}

/** A selectable field's value; empty where the object has none. */
function fieldOf({ kind }: Served, object: KubeObject, field: string): string {
  if (field === 'metadata.name') return object.metadata?.name ?? '';
  if (field === 'metadata.namespace') return object.metadata?.namespace ?? '';
  return kind.selectableFields?.[field]?.(object) ?? '';
}

/** The pair by which the objects of a selection can be found: the first field that must have one certain value. */
function hintOf(selectable: Served['kind']['selectableFields'], fields: FieldSelector): string | undefined {
  for (const field of ['metadata.name', ...Object.keys(selectable ?? {})]) {
    const value = requiredField(fields, field);
    if (value !== undefined) return `${field}=${value}`;
  }
  return undefined;
}

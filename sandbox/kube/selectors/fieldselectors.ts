// Field selectors: `metadata.name=web,status.phase!=Running`. In values, `\`, `,` and `=` are escaped by `\`.

import { compareText, quote } from '../go/text.ts';
import { SelectorError } from './labelselectors.ts';

interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** All requirements must hold. Ordered as their texts are. */
export type FieldSelector = readonly FieldRequirement[];

/** Reads a selector; throws a SelectorError in the server's words. */
export function parseFieldSelector(text: string): FieldSelector {
  const terms = termsOf(text).sort(compareText);
  return terms.filter((term) => term !== '').map((term) => parseTerm(text, term));
}

export function matchesFields(selector: FieldSelector, read: (field: string) => string): boolean {
  return selector.every(({ field, operator, value }) => (read(field) === value) === (operator === '='));
}

/** The one value that a field must have; undefined where several may do. */
export function requiredField(selector: FieldSelector, field: string): string | undefined {
  return selector.find((requirement) => requirement.field === field && requirement.operator === '=')?.value;
}

/** Refuses a selector that asks for a field nobody can select by, in the words of `refusal`. */
export function checkFields(
  selector: FieldSelector,
  known: (field: string) => boolean,
  refusal: (field: string) => string,
): void {
  for (const { field } of selector) if (!known(field)) throw new SelectorError(refusal(field));
}

/** What a kind that declares its selectable fields says of others. */
export function unsupportedField(field: string): string {
  return `field label not supported: ${field}`;
}

/** What a kind says that can be selected by name and namespace alone. */
export function unknownField(field: string): string {
  return `${quote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

export function formatFieldSelector(selector: FieldSelector): string {
  return selector.map(({ field, operator, value }) => `${field}${operator}${escapeFieldValue(value)}`).join(',');
}

function escapeFieldValue(value: string): string {
  return value.replaceAll(/[\\,=]/g, '\\$&');
}

function termsOf(text: string): string[] {
  const terms: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === ',') {
      terms.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...terms, text.slice(start)];
}

function parseTerm(text: string, term: string): FieldRequirement {
  const match = /!=|==|=/.exec(term);
  if (match === null) throw new SelectorError(`invalid selector: '${text}'; can't understand '${term}'`);
  const value = unescapeFieldValue(term.slice(match.index + match[0].length));
  return { field: term.slice(0, match.index), operator: match[0] === '!=' ? '!=' : '=', value };
}

function unescapeFieldValue(text: string): string {
  return text.replaceAll(/\\.?|[,=]/gsu, (part) => {
    const escaped = part.slice(1);
    if (!part.startsWith('\\')) {
      throw new SelectorError(`invalid field selector: unescaped character in value: ${part.codePointAt(0)}`);
    }
    if (escaped === '\\' || escaped === ',' || escaped === '=') return escaped;
    throw new SelectorError(`invalid field selector: invalid escape sequence: ${part}`);
  });
}

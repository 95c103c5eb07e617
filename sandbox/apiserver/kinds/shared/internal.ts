// Values as the API server holds them inside. Some messages show such a value: with Go's names of its fields, all of
// them, in another order than on the wire. The types stand in the schema's data.

import { wasEmptied } from '../../../kube/emptied.ts';
import { type ShownAs, shownAs } from '../../../kube/fielderrors.ts';
import { goJson, sortedKeys } from '../../../kube/go/text.ts';
import { isArray, isObject, type JsonObject, type JsonValue, own } from '../../../kube/json.ts';
import internalTypes from '../../../schema/data/internal.json' with { type: 'json' };

const TYPES: { readonly [name: string]: string } = internalTypes;

/** A value in a message, as a Go value of the type: `core.SecurityContext`, `[]core.NodeSelectorTerm`. */
export function shownInternally(type: string, value: JsonValue | undefined): ShownAs {
  return shownAs(goJson(internalValue(type, value)));
}

/** The value as Go's JSON encoder would write it. `type` may begin with `*`, `[]` or `{}`. */
export function internalValue(type: string, value: JsonValue | undefined): JsonValue {
  if (type.startsWith('*')) return value === undefined || value === null ? null : internalValue(type.slice(1), value);
  if (type.startsWith('[]')) return isArray(value) ? value.map((item) => internalValue(type.slice(2), item)) : null;
  if (type.startsWith('{}')) return isObject(value) ? internalMap(type.slice(2), value) : null;
  const fields = own(TYPES, type);
  if (fields !== undefined) return internalStruct(fields, given(type, value));
  // Whatever it is, Go holds its objects as maps.
  if (type === 'json') return internalValue(isObject(value) ? '{}json' : isArray(value) ? '[]json' : '', value);
  return value ?? own(ZEROS, type) ?? null;
}

const ZEROS: { readonly [type: string]: JsonValue } = {
  string: '',
  int: 0,
  bool: false,
  quantity: '0',
  intOrString: 0,
};

function internalMap(type: string, map: JsonObject): JsonValue {
  return Object.fromEntries(sortedKeys(map).map((key) => [key, internalValue(type, own(map, key))]));
}

/** The members of a value as they are inside. */
function given(type: string, value: JsonValue | undefined): JsonObject {
  const make = own(GIVEN, type);
  if (make !== undefined && value !== undefined) return make(value);
  return isObject(value) ? value : {};
}

const GIVEN: { readonly [type: string]: (value: JsonValue) => JsonObject } = {
  'core.PodSpec': (value) => (isObject(value) ? withSharedNamespaces(value) : {}),
  'apiextensions.JSONSchemaPropsOrArray': (value) => ({ schema: value }),
  'apiextensions.JSONSchemaPropsOrBool': (value) =>
    isObject(value) ? { allows: true, schema: value } : { allows: value },
};

/** Inside, a pod's use of its node's namespaces belongs to its security context. */
function withSharedNamespaces(spec: JsonObject): JsonObject {
  const { securityContext, hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers } = spec;
  const shared = { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers };
  return { ...spec, securityContext: { ...(isObject(securityContext) ? securityContext : {}), ...shared } };
}

/** `Name:string DNSPolicy=dnsPolicy:string labels?:{}string`: Go's name, the wire's where it differs, the type. */
function internalStruct(fields: string, value: JsonObject): JsonValue {
  const entries = (fields === '' ? [] : fields.split(' ')).flatMap(
    (field): readonly (readonly [string, JsonValue])[] => {
      const [names = '', type = ''] = field.split(/:(.*)/);
      const [shown = '', wire] = names.split('=');
      const name = shown.replace('?', '');
      const result = internalMember(type, value, wire ?? lowerFirst(name));
      const isOmitted = type.startsWith('*') ? result === null : isZero(result) || isEmptyMap(type, result);
      return shown.endsWith('?') && isOmitted ? [] : [[name, result]];
    },
  );
  return Object.fromEntries(entries);
}

function internalMember(type: string, value: JsonObject, path: string): JsonValue {
  const member = memberAt(value, path);
  if (member !== undefined || !wasEmptied(value, path)) return internalValue(type, member);
  return type.startsWith('[]') ? [] : {};
}

/** The member at a path: `name`, `metadata.name`. */
function memberAt(value: JsonObject, path: string): JsonValue | undefined {
  return path.split('.').reduce<JsonValue | undefined>((at, key) => (isObject(at) ? own(at, key) : undefined), value);
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function isEmptyMap(type: string, value: JsonValue): boolean {
  return type.startsWith('{}') && isObject(value) && Object.keys(value).length === 0;
}

function isZero(value: JsonValue): boolean {
  return value === '' || value === 0 || value === false || value === null || (isArray(value) && value.length === 0);
}

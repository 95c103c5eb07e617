// Our table of protobuf messages, in the form in which the recorded one is written.

import { parseApiVersion } from '../../../sandbox/kube/resource.ts';
import { ALIASES, fullName, type Row, readDefinition, unservedAliases } from '../../../sandbox/schema/rows.ts';
import { kindsOf, registeredVersions } from '../../../sandbox/schema/schema.ts';
import type { JsonObject, JsonValue } from '../json.ts';

export function messages(): JsonObject {
  const described = [...ALIASES, ...unservedAliases()].flatMap((alias) => {
    const definition = readDefinition(alias);
    return definition === undefined ? [] : [[messageName(alias), definition.rows.map(rowOf)] as const];
  });
  return { kinds: kinds(), messages: Object.fromEntries(described) };
}

function rowOf({ number, name, type, card, pointer, omitEmpty, omitZero }: Row): JsonValue {
  const embedded = name === '' && type.includes('.');
  const flags = [embedded && 'i', omitEmpty && 'e', omitZero && 'z', pointer && 'p'].filter(Boolean).join('');
  return [number, name, typeName(type), card === 'list' ? 'rep' : card, flags];
}

function typeName(type: string): string {
  if (!type.includes('.')) return type;
  return type.startsWith('*') ? `*${messageName(type.slice(1))}` : messageName(type);
}

/** `io.k8s.api.core.v1.Pod` is `k8s.io.api.core.v1.Pod` in protobuf, and a dash is an underscore. */
function messageName(alias: string): string {
  return fullName(alias)
    .replace(/^io\.k8s\./, 'k8s.io.')
    .replaceAll('-', '_');
}

/** What webhooks are asked is in no client's table. */
const OF_WEBHOOKS = 'admission.k8s.io/v1';

/** `v1 Pod` → the name of its message. */
function kinds(): JsonObject {
  const versions = registeredVersions().filter((version) => version !== OF_WEBHOOKS);
  const named = versions.flatMap((groupVersion) => {
    const { group, version } = parseApiVersion(groupVersion);
    return [...kindsOf(group, version)].map(
      ([kind, alias]) => [`${groupVersion} ${kind}`, messageName(alias)] as const,
    );
  });
  return Object.fromEntries(named);
}

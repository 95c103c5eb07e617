// Recorded answers of a real server that the schema's tests are judged by, and how their paths name kinds.

import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../../sandbox/kube/json.ts';
import type { V1Status } from '../../../sandbox/kube/status.ts';
import type { KindType } from '../../../sandbox/kube/structure.ts';
import { kindType, RESOURCES } from '../../../sandbox/schema/schema.ts';

export const FACTS_FOLDER: URL = new URL('../../golden/facts/', import.meta.url);

export interface DefaultedObject {
  readonly name: string;
  readonly path: string;
  readonly sent: JsonObject;
  readonly returned: JsonObject;
}

export interface SentRequest {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly responseStatusCode: number;
  readonly responseStatus?: V1Status;
  readonly warnings?: readonly string[];
}

export interface ProtobufVector {
  readonly name: string;
  /** base64 */
  readonly pb: string;
  readonly json: JsonObject;
}

/** A file of facts, whose shape the caller knows. */
export function facts<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, FACTS_FOLDER), 'utf8'));
}

/** What a real server made of objects, with a moment and a port where the recording has none. */
export function defaultedObjects(): DefaultedObject[] {
  const text = readFileSync(new URL('defaults.json', FACTS_FOLDER), 'utf8');
  return JSON.parse(
    text.replaceAll('<now>', '2026-01-01T00:00:00Z').replaceAll(/(?<=Port": ?)"<allocated>"/g, '30000'),
  );
}

/** What Go's own decoders and encoders were seen to do with texts of all kinds. */
export function measured<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../golden/recorded/schema/${name}`, import.meta.url), 'utf8'));
}

/** What a failing call says; undefined when it doesn't fail. */
export function messageOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The type of a kind's objects, which is known to be there. */
export function typeOf(group: string, version: string, kind: string): KindType {
  const found = kindType(group, version, kind);
  if (found === undefined) throw new Error(`no ${kind} in ${group}/${version}`);
  return found;
}

/** The kind that a request to the path sends: `/api/v1/namespaces/t/pods/p/eviction` takes an Eviction. */
export function kindAtPath(path: string): KindType | undefined {
  const parts = path.split('/').slice(1);
  const [group = '', version = ''] = parts[0] === 'api' ? ['', parts[1]] : [parts[1], parts[2]];
  const rest = parts.slice(parts[0] === 'api' ? 2 : 3);
  const [name, , subresource] = rest[0] === 'namespaces' && rest.length > 2 ? rest.slice(2) : rest;
  const resource = RESOURCES.find((one) => one.group === group && one.version === version && one.resource === name);
  if (resource === undefined) return undefined;
  const sub = resource.subresources.find((one) => one.name === subresource);
  return kindType(sub?.group ?? group, sub?.version ?? version, sub?.kind ?? resource.kind);
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

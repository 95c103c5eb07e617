// Conversion between the version that a request speaks and the one that is stored.

import type { KubeObject } from '../kube/meta.ts';
import { apiVersion } from '../kube/resource.ts';
import { failure, StatusError } from '../kube/status.ts';
import type { Served } from './registry.ts';

/** An object in the version that the request addressed. */
export function fromStored(served: Served, object: KubeObject): KubeObject {
  const { version, type, reader, conversion } = served;
  if (reader !== undefined) {
    // What webhooks make of it takes time, and is done elsewhere.
    if (conversion?.strategy === 'Webhook') return object;
    checkConvertible(served, object);
    return reader.read(object);
  }
  if (version === undefined) return object;
  return { ...version.fromStored(object), apiVersion: apiVersion(type), kind: type.kind };
}

/** An object in the version that is stored. */
export function toStored({ version, kind }: Served, object: KubeObject): KubeObject {
  if (version === undefined) return object;
  const defaulted = version.defaults === undefined ? object : version.defaults(object);
  return { ...version.toStored(defaulted), apiVersion: apiVersion(kind.type), kind: kind.type.kind };
}

/** An object of a request in the stored version, with defaults. `current`: what is stored already. */
export function defaulted(served: Served, object: KubeObject, current?: KubeObject): KubeObject {
  const stored = toStored(served, object);
  return served.kind.strategy.defaults?.(stored, current) ?? stored;
}

/** Nothing can be made of what was stored in a version that is no more. */
export class Unconvertible extends StatusError {}

/** What lists and watches say that come from the server's memory, as long as it can't be filled. */
export function uninitialized({ type }: Served, { message }: Error): StatusError {
  const what = `${apiVersion(type)}, Kind=${type.kind}`;
  const why = `storage is (re)initializing: failed to list ${what}: ${message}`;
  return failure(429, 'TooManyRequests', why, { retryAfterSeconds: 1 });
}

/** Throws what a watch is told that begins while something can't be read. */
export function checkAllConvertible(served: Served, objects: Iterable<KubeObject>): void {
  if (served.reader === undefined) return;
  try {
    for (const object of objects) checkConvertible(served, object);
  } catch (error) {
    throw error instanceof Unconvertible ? uninitialized(served, error) : error;
  }
}

/** Throws an Unconvertible. */
export function checkConvertible({ versions }: Served, { apiVersion: stored = '' }: KubeObject): void {
  if (versions === undefined || versions.includes(stored)) return;
  const message = `request to convert CR from an invalid group/version: ${stored}`;
  throw new Unconvertible(failure(500, '', message).status);
}

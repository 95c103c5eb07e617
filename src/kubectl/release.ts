// The release that our kubectl is, and the server's beside it.

import { VERSION } from '../../sandbox/apiserver/http/version.ts';
import type { JsonObject } from '../../sandbox/kube/json.ts';
import type { Blocking } from '../../sandbox/machine/sys.ts';
import { discoveryRequest } from './discovery/live.ts';
import { ACCEPT_SCHEME } from './resource/requests.ts';
import type { RestClient } from './rest/client.ts';

/** What a client says of itself: not with which older servers it gets along. */
export const CLIENT: JsonObject = Object.fromEntries(
  Object.entries(VERSION).filter(([field]) => !/^(emulation|minCompatibility)/.test(field)),
);

export function* serverVersion(client: RestClient): Blocking<JsonObject> {
  return yield* client.object({ ...discoveryRequest(client, '/version'), accept: ACCEPT_SCHEME });
}

const DECISIVE = ['gitVersion', 'gitCommit', 'gitTreeState'] as const;

/** Throws when the server is of another release. */
export function* confirmSameVersion(client: RestClient): Blocking<void> {
  const server = yield* serverVersion(client);
  if (DECISIVE.every((field) => server[field] === CLIENT[field])) return;
  throw new Error(`server version (&${goStruct(server)}) differs from client version (${goStruct(CLIENT)})`);
}

/** What is told of a version, in order. */
export const VERSION_FIELDS = [
  ...['major', 'minor', 'emulationMajor', 'emulationMinor', 'minCompatibilityMajor', 'minCompatibilityMinor'],
  ...['gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion', 'compiler', 'platform'],
];

/** As Go shows a structure in its own syntax. */
function goStruct(version: JsonObject): string {
  const shown = VERSION_FIELDS.map((field) => {
    return `${field[0]?.toUpperCase()}${field.slice(1)}:${JSON.stringify(version[field] ?? '')}`;
  });
  return `version.Info{${shown.join(', ')}}`;
}

/** `1.36` */
export const RELEASE = `${CLIENT['major']}.${CLIENT['minor']}`;

// A cluster for tests of kinds: writes go through the API server's rules, without HTTP before it.

import { readFileSync } from 'node:fs';
import { rootCaller } from '../../../../sandbox/client/client.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../../sandbox/kube/json.ts';
import type { KubeObject } from '../../../../sandbox/kube/meta.ts';
import type { Operation, Target } from '../../../../sandbox/kube/operation.ts';
import { applyMergePatch } from '../../../../sandbox/kube/patch/mergepatch.ts';
import { StatusError, type V1Status } from '../../../../sandbox/kube/status.ts';
import { readBody } from '../../../../sandbox/schema/body.ts';
import { kindType } from '../../../../sandbox/schema/schema.ts';
import { ADMIN, assemble, newSimulatorState } from '../../../../sandbox/simulator.ts';
import { awaited } from '../../../awaited.ts';

export interface Outcome {
  readonly code: number;
  /** The object, or the Status that refuses it. */
  readonly body: JsonObject;
  readonly warnings: readonly string[];
}

export interface TestCluster {
  /** Plays a request; a body is an object, or the exact text that was sent. */
  send(method: string, path: string, body: JsonValue, contentType?: string): Outcome;
}

const CALLER = rootCaller(ADMIN, 'test');

/** A cluster with some namespaces, each with its service account. */
export function startCluster(namespaces: readonly string[] = ['default']): TestCluster {
  const { api, loop } = assemble(newSimulatorState());
  const call = (operation: Operation) => awaited(loop, api.call(operation, CALLER));

  function send(method: string, path: string, body: JsonValue, contentType = ''): Outcome {
    const { target, dryRun } = addressOf(path);
    const served = api.registry.find(target.group, target.version, target.resource);
    const type = served && kindType(served.type.group, served.type.version, served.type.kind);
    if (type === undefined) throw new Error(`nothing is served at ${path}`);
    const read = (value: JsonValue): KubeObject => {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return readBody(new TextEncoder().encode(text), 'json', type).value as KubeObject;
    };
    const options = { dryRun };
    try {
      if (method === 'POST') return outcome(call({ verb: 'create', target, object: read(body), options }));
      if (method === 'PUT') return outcome(call({ verb: 'update', target, object: read(body), options }));
      if (contentType !== 'application/merge-patch+json') throw new Error(`no ${method} of ${contentType}`);
      const { subresource: _, ...whole } = target;
      const current = call({ verb: 'get', target: whole }).object as JsonObject;
      const patch = typeof body === 'string' ? (JSON.parse(body) as JsonValue) : body;
      const object = read(applyMergePatch(current, patch).document);
      return outcome(call({ verb: 'update', target, object, options }));
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return { code: error.status.code, body: error.status as V1Status & JsonObject, warnings: [] };
    }
  }

  for (const name of namespaces) {
    send('POST', '/api/v1/namespaces', { metadata: { name } });
    send('POST', `/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } });
  }
  return { send };
}

function outcome({ code, object, warnings }: { code: number; object: unknown; warnings: readonly string[] }): Outcome {
  if (!isObject(object)) throw new Error('no object came back');
  return { code, body: object, warnings };
}

function addressOf(path: string): { readonly target: Target; readonly dryRun: boolean } {
  const { pathname, searchParams } = new URL(path, 'http://cluster');
  const parts = pathname.split('/').filter((part) => part !== '');
  const core = parts[0] === 'api';
  const [group = '', version = ''] = core ? ['', parts[1]] : [parts[1], parts[2]];
  const rest = parts.slice(core ? 2 : 3);
  const inNamespace = rest[0] === 'namespaces' && rest.length > 2 && rest[2] !== 'status' && rest[2] !== 'finalize';
  const [resource = '', name, subresource] = inNamespace ? rest.slice(2) : rest;
  const target: Target = {
    ...{ group, version, resource },
    ...(inNamespace && rest[1] !== undefined ? { namespace: rest[1] } : {}),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
  return { target, dryRun: searchParams.get('dryRun') === 'All' };
}

/** Recorded facts, as they lie beside the golden harness. */
export function recorded<T>(name: string): readonly T[] {
  return JSON.parse(
    readFileSync(new URL(`../../../golden/facts/${name}.json`, import.meta.url), 'utf8'),
  ) as readonly T[];
}

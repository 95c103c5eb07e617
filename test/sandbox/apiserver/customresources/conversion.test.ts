import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../sandbox/kube/json.ts';
import type { KubeObject } from '../../../../sandbox/kube/meta.ts';
import type { ResourceType } from '../../../../sandbox/kube/resource.ts';
import { StatusError } from '../../../../sandbox/kube/status.ts';
import { CustomResourceDefinitions } from '../../../../sandbox/schema/generated/resources.ts';
import { assemble, newSimulatorState, type Simulator } from '../../../../sandbox/simulator.ts';
import { seconds } from '../../../../sandbox/time/units.ts';
import { awaited } from '../../../awaited.ts';

type Widget = KubeObject & {
  readonly spec?: { readonly size?: string; readonly width?: string; readonly height?: string };
};
type Review = {
  readonly request: { readonly uid: string; readonly desiredAPIVersion: string; readonly objects: readonly Widget[] };
};

/** v1 knows a size `2x3`, v2 its width and height. */
function other(widget: Widget, apiVersion: string): Widget {
  const { size = 'x', width = '', height = '' } = widget.spec ?? {};
  const [w = '', h = ''] = size.split('x');
  const spec = apiVersion.endsWith('v2') ? { width: w, height: h } : { size: `${width}x${height}` };
  return { ...widget, apiVersion, spec };
}

function cluster(fails = false): Simulator {
  const simulator = assemble(newSimulatorState(), {
    outgoing: () =>
      function* ask({ body }) {
        const { request }: Review = JSON.parse(body);
        const convertedObjects = request.objects.map((object) => other(object, request.desiredAPIVersion));
        const result = fails ? { status: 'Failed', message: 'cannot' } : { status: 'Success' };
        const response = { uid: request.uid, result, convertedObjects };
        const review = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'ConversionReview', response };
        return { status: 200, contentType: 'application/json', body: JSON.stringify(review) };
      },
  });
  const version = (name: string, storage: boolean, fields: readonly string[]) => ({
    name,
    served: true,
    storage,
    schema: {
      openAPIV3Schema: schemaOf(fields),
    },
    selectableFields: fields.map((field) => ({ jsonPath: `.spec.${field}` })),
  });
  const clientConfig = { url: 'https://hooks.example.com/convert' };
  simulator.run(
    simulator.client().create(CustomResourceDefinitions, {
      metadata: { name: 'widgets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Cluster',
        names: { plural: 'widgets', kind: 'Widget', listKind: 'WidgetList', singular: 'widget' },
        versions: [version('v1', true, ['size']), version('v2', false, ['width', 'height'])],
        conversion: { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1'] } },
      },
    }),
  );
  simulator.advance(seconds(5));
  return simulator;
}

function schemaOf(fields: readonly string[]) {
  const properties = Object.fromEntries(fields.map((field) => [field, { type: 'string' }]));
  return { type: 'object', properties: { spec: { type: 'object', properties } } };
}

function widgets(version: string): ResourceType<Widget> {
  return { group: 'example.com', version, resource: 'widgets', kind: 'Widget', namespaced: false };
}

/** What a watch of a version from the beginning tells: types, versions, and what the objects say. */
function watched(simulator: Simulator, version: string, meanwhile: () => void, fieldSelector = '') {
  const { loop, door, channels } = simulator;
  const path = `/apis/example.com/${version}/widgets`;
  const { body } = awaited(
    loop,
    door.serve({
      ...ASKED,
      target: `${path}?watch=1&timeoutSeconds=60&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=${encodeURIComponent(fieldSelector)}`,
    }),
  );
  if (typeof body === 'string' || body instanceof Uint8Array) throw new Error('no stream');
  meanwhile();
  simulator.advance(seconds(5));
  const told: unknown[] = [];
  for (let read = channels.read(body.channel); read.kind === 'more'; read = channels.read(body.channel)) {
    const { type, object } = JSON.parse(String(read.chunk));
    told.push([type, object.apiVersion, object.spec]);
  }
  return { told, ended: channels.isClosed(body.channel) };
}

const ASKED = {
  method: 'GET',
  headers: {},
  body: new Uint8Array(0),
  source: '127.0.0.1',
  certificate: undefined,
  webSocket: undefined,
  user: { name: 'admin', groups: ['system:masters', 'system:authenticated'] },
};

describe('custom resources that a webhook converts', () => {
  it('are read in every version, whichever they were written in', () => {
    const { client, run } = cluster();
    run(client().create(widgets('v1'), { metadata: { name: 'a' }, spec: { size: '2x3' } }));
    run(client().create(widgets('v2'), { metadata: { name: 'b' }, spec: { width: '4', height: '5' } }));
    const sizes = run(client().list(widgets('v1'))).items.map(({ spec }) => spec);
    expect(sizes).toEqual([{ size: '2x3' }, { size: '4x5' }]);
    expect(run(client().get(widgets('v2'), { name: 'a' })).spec).toEqual({ width: '2', height: '3' });
  });

  it('are changed in the version of the request and kept in the one that is stored', () => {
    const { client, run } = cluster();
    const made = run(client().create(widgets('v1'), { metadata: { name: 'a' }, spec: { size: '2x3' } }));
    const seen = run(client().get(widgets('v2'), { name: 'a' }));
    const changed = run(client().update(widgets('v2'), { ...seen, spec: { ...seen.spec, height: '9' } }));
    expect(changed.spec).toEqual({ width: '2', height: '9' });
    const kept = run(client().get(widgets('v1'), { name: 'a' }));
    expect(kept.spec).toEqual({ size: '2x9' });
    expect(kept.metadata?.resourceVersion).toBe(changed.metadata?.resourceVersion);
    expect(kept.metadata?.uid).toBe(made.metadata?.uid);
  });

  it('have each manager in its own version: what another version changes is lost by whoever owned it', () => {
    const { client, run } = cluster();
    run(client().create(widgets('v1'), { metadata: { name: 'a' }, spec: { size: '2x3' } }));
    run(client().patch(widgets('v2'), { name: 'a' }, { type: 'merge', body: { spec: { height: '4' } } }));
    const { metadata } = run(client().get(widgets('v1'), { name: 'a' }));
    expect(metadata?.managedFields?.map(({ apiVersion, fieldsV1 }) => [apiVersion, fieldsV1])).toEqual([
      ['example.com/v1', { 'f:spec': {} }],
      ['example.com/v2', { 'f:spec': { 'f:height': {} } }],
    ]);
  });

  it('have managers in versions that are served no more', () => {
    const { client, run, advance } = cluster();
    run(client().create(widgets('v1'), { metadata: { name: 'a' }, spec: { size: '2x3' } }));
    run(client().patch(widgets('v2'), { name: 'a' }, { type: 'merge', body: { spec: { height: '4' } } }));
    const unserved = [{ op: 'replace', path: '/spec/versions/1/served', value: false }];
    run(client().patch(CustomResourceDefinitions, { name: 'widgets.example.com' }, { type: 'json', body: unserved }));
    advance(seconds(5));
    const change = (body: JsonObject) => run(client().patch(widgets('v1'), { name: 'a' }, { type: 'merge', body }));
    const versions = ({ metadata }: Widget) => metadata?.managedFields?.map(({ apiVersion }) => apiVersion);
    expect(versions(change({ metadata: { labels: { a: 'b' } } }))).toEqual(['example.com/v2', 'example.com/v1']);
    expect(versions(change({ spec: { size: '2x9' } }))).toEqual(['example.com/v1']);
  });

  it('are watched in every version, what is there at first and what changes', () => {
    const simulator = cluster();
    const { client, run } = simulator;
    run(client().create(widgets('v1'), { metadata: { name: 'a' }, spec: { size: '2x3' } }));
    const { told } = watched(simulator, 'v2', () => {
      run(client().create(widgets('v1'), { metadata: { name: 'b' }, spec: { size: '4x5' } }));
      run(client().delete(widgets('v1'), { name: 'a' }));
    });
    expect(told).toEqual([
      ['ADDED', 'example.com/v2', { width: '2', height: '3' }],
      ['BOOKMARK', 'example.com/v2', undefined],
      ['ADDED', 'example.com/v2', { width: '4', height: '5' }],
      ['DELETED', 'example.com/v2', { width: '2', height: '3' }],
    ]);
  });

  it('are selected by the fields of the version that is asked for', () => {
    const { client, run } = cluster();
    run(client().create(widgets('v1'), { metadata: { name: 'a' }, spec: { size: '2x3' } }));
    run(client().create(widgets('v1'), { metadata: { name: 'b' }, spec: { size: '4x3' } }));
    const found = run(client().list(widgets('v2'), undefined, { fieldSelector: 'spec.width=4' })).items;
    expect(found.map(({ metadata }) => metadata?.name)).toEqual(['b']);
    expect(() => run(client().list(widgets('v1'), undefined, { fieldSelector: 'spec.width=4' }))).toThrow(
      'field label not supported: spec.width',
    );
  });

  it('come to and go from a watch by the fields of its version', () => {
    const simulator = cluster();
    const { client, run } = simulator;
    const resize = (size: string) =>
      run(client().patch(widgets('v1'), { name: 'a' }, { type: 'merge', body: { spec: { size } } }));
    run(client().create(widgets('v1'), { metadata: { name: 'a' }, spec: { size: '2x3' } }));
    run(client().create(widgets('v1'), { metadata: { name: 'b' }, spec: { size: '4x3' } }));
    const meanwhile = () => {
      resize('4x5');
      resize('4x6');
      resize('7x6');
      run(client().delete(widgets('v1'), { name: 'a' }));
      run(client().delete(widgets('v1'), { name: 'b' }));
    };
    const { told } = watched(simulator, 'v2', meanwhile, 'spec.width=4');
    expect(told).toEqual([
      ['ADDED', 'example.com/v2', { width: '4', height: '3' }],
      ['BOOKMARK', 'example.com/v2', undefined],
      ['ADDED', 'example.com/v2', { width: '4', height: '5' }],
      ['MODIFIED', 'example.com/v2', { width: '4', height: '6' }],
      ['DELETED', 'example.com/v2', { width: '4', height: '6' }],
      ['DELETED', 'example.com/v2', { width: '4', height: '3' }],
    ]);
  });

  it('are neither watched nor deleted in a version that the webhook cannot give', () => {
    const simulator = cluster(true);
    const { client, run } = simulator;
    run(client().create(widgets('v1'), { metadata: { name: 'a' }, spec: { size: '2x3' } }));
    expect(watched(simulator, 'v2', () => undefined)).toEqual({ told: [], ended: true });
    expect(() => run(client().delete(widgets('v2'), { name: 'a' }))).toThrow('Kind=Widget failed: cannot');
    expect(run(client().get(widgets('v1'), { name: 'a' })).spec).toEqual({ size: '2x3' });
  });

  it('are not read where the webhook cannot convert them', () => {
    const { client, run } = cluster(true);
    run(client().create(widgets('v1'), { metadata: { name: 'a' }, spec: { size: '2x3' } }));
    expect(() => run(client().get(widgets('v2'), { name: 'a' }))).toThrow(StatusError);
    expect(() => run(client().get(widgets('v2'), { name: 'a' }))).toThrow(
      'conversion webhook for example.com/v1, Kind=Widget failed: cannot',
    );
  });
});

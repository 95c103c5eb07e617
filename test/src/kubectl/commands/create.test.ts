import { describe, expect, test } from 'vitest';
import { encodeOpenApiV2 } from '../../../../sandbox/apiserver/openapi/protobuf.ts';
import { parseJson } from '../../../../src/kubectl/text/json.ts';
import { serverOf } from '../cluster.ts';
import { type Answer, runKubectl } from '../machine.ts';

const dryRun = (...args: readonly string[]): ReturnType<typeof runKubectl> =>
  runKubectl(['create', '--dry-run=client', '-o', 'yaml', ...args]);

/** A server that says of `core/v1` that it checks fields itself. */
const openApi: Readonly<Record<string, Answer>> = {
  'GET /openapi/v3': { body: { paths: { 'api/v1': { serverRelativeURL: '/openapi/v3/api/v1?hash=1' } } } },
  'GET /openapi/v3/api/v1': {
    body: {
      paths: {
        '/api/v1/namespaces/{namespace}/configmaps/{name}': {
          patch: {
            'x-kubernetes-group-version-kind': { group: '', version: 'v1', kind: 'ConfigMap' },
            parameters: [{ name: 'fieldValidation', in: 'query' }],
          },
        },
      },
    },
  },
  'GET /openapi/v2': {
    body: encodeOpenApiV2({
      definitions: {
        'io.k8s.api.core.v1.ConfigMap': {
          'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'ConfigMap' }],
          type: 'object',
          properties: {
            apiVersion: { type: 'string' },
            kind: { type: 'string' },
            metadata: { type: 'object' },
            data: { type: 'object', additionalProperties: { type: 'string' } },
          },
        },
      },
    }),
  },
};

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

describe('kubectl create with a generator', () => {
  test('writes what it would create, with what its type always has', () => {
    expect(dryRun('deployment', 'web', '--image=nginx:1.27', '--port=80', '--', 'sleep', '1').stdout).toBe(
      `apiVersion: apps/v1
kind: Deployment
metadata:
  labels:
    app: web
  name: web
spec:
  replicas: 1
  selector:
    matchLabels:
      app: web
  strategy: {}
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - command:
        - sleep
        - "1"
        image: nginx:1.27
        name: nginx
        ports:
        - containerPort: 80
        resources: {}
status: {}
`,
    );
  });

  test('names a namespace only when a flag does', () => {
    expect(dryRun('sa', 'a').stdout).not.toContain('namespace');
    expect(dryRun('sa', 'a', '-n', 'b').stdout).toContain('  namespace: b\n');
  });

  test('makes one rule for each group of a role, with the names that the server has', () => {
    const args = [
      'create',
      'role',
      'r',
      '--verb=get',
      '--resource=po,deploy,pods/log',
      '--dry-run=client',
      '-o',
      'json',
    ];
    const { stdout } = runKubectl(args, { server: serverOf({}) });
    expect(parseJson(stdout)).toMatchObject({
      rules: [
        { verbs: ['get'], apiGroups: [''], resources: ['pods', 'pods/log'] },
        { verbs: ['get'], apiGroups: ['apps'], resources: ['deployments'] },
      ],
    });
  });

  test('takes keys and values from literals, files, folders and environment files', () => {
    const files = {
      '/home/conf/a.txt': 'A',
      '/home/conf/b.txt': 'B',
      '/home/x.env': '# said\nONE=1\n\nTWO=a=b\nUSER\n',
    };
    const fromFiles = runKubectl(
      ['create', 'cm', 'c', '--from-file=conf', '--from-literal=k=v', '--dry-run=client', '-o', 'json'],
      { files },
    );
    expect(parseJson(fromFiles.stdout)).toMatchObject({ data: { 'a.txt': 'A', 'b.txt': 'B', k: 'v' } });
    const fromEnv = runKubectl(['create', 'cm', 'c', '--from-env-file=x.env', '--dry-run=client', '-o', 'json'], {
      files,
      env: { USER: 'ann' },
    });
    expect(parseJson(fromEnv.stdout)).toMatchObject({ data: { ONE: '1', TWO: 'a=b', USER: 'ann' } });
  });

  test('changes the name with the content when that is wished', () => {
    const name = (literal: string): string | undefined =>
      /name: (\S+)/.exec(dryRun('secret', 'generic', 's', '--append-hash', `--from-literal=${literal}`).stdout)?.[1];
    expect(name('a=1')).toMatch(/^s-[bcdfghkmt2456789]{10}$/);
    expect(name('a=1')).not.toBe(name('a=2'));
  });

  test.each([
    [
      ['sa'],
      "error: exactly one NAME is required, got 0\nSee 'kubectl create serviceaccount -h' for help and examples",
    ],
    [['deployment', 'a'], 'error: required flag(s) "image" not set'],
    [['job', 'a'], 'error: either --image or --from must be specified'],
    [['cm', 'a', '--from-literal=x'], 'error: invalid literal source x, expected key=value'],
    [['cm', 'a', '--from-file=no'], 'error: error reading no: no such file or directory'],
    [['service', 'clusterip', 'a'], 'error: at least one tcp port specifier must be provided'],
    [['service', 'clusterip', 'a', '--tcp=70000'], 'error: strconv.ParseUint: parsing "70000": value out of range'],
    [['quota', 'a', '--hard=cpu'], 'error: Invalid argument syntax cpu, expected <resource>=<value>'],
    [['rolebinding', 'a', '--role=b', '--serviceaccount=c'], 'error: serviceaccount must be <namespace>:<name>'],
    [['pdb', 'a', '--selector=b=c', '--min-available=x'], 'error: invalid format specified for min-available'],
    [['sa', 'a', '--dry-run=maybe'], 'error: Invalid dry-run value (maybe). Must be "none", "server", or "client".'],
  ])('refuses %j', (args, message) => {
    const { stderr, status } = runKubectl(['create', ...args]);
    expect([stderr, status]).toEqual([`${message}\n`, 1]);
  });

  test('sends it as protobuf, and says what the server said of it', () => {
    const server = serverOf({
      'POST /api/v1/namespaces/default/configmaps': {
        status: 409,
        body: {
          kind: 'Status',
          apiVersion: 'v1',
          status: 'Failure',
          message: 'configmaps "a" already exists',
          reason: 'AlreadyExists',
          code: 409,
        },
      },
    });
    const { stderr, requests } = runKubectl(['create', 'cm', 'a'], { server });
    expect(stderr).toBe('error: failed to create configmap: configmaps "a" already exists\n');
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({
      url: 'http://cluster:8001/api/v1/namespaces/default/configmaps?fieldManager=kubectl-create&fieldValidation=Strict',
      headers: { 'Content-Type': 'application/vnd.kubernetes.protobuf' },
    });
  });
});

describe('kubectl create -f', () => {
  test('asks first whether the server checks fields, then creates each object', () => {
    const server = serverOf({
      ...openApi,
      'POST /api/v1/namespaces/default/configmaps': {
        status: 201,
        body: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a', namespace: 'default' } },
      },
    });
    const { stdout, stderr, requests } = runKubectl(['create', '-f', 'a.yaml'], {
      files: { '/home/a.yaml': `${CONFIG_MAP}---\n${CONFIG_MAP}` },
      server,
    });
    expect([stdout, stderr]).toEqual(['configmap/a created\nconfigmap/a created\n', '']);
    expect(requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
      'GET /openapi/v3',
      'GET /openapi/v3/api/v1',
      'GET /api',
      'GET /apis',
      'POST /api/v1/namespaces/default/configmaps',
      'POST /api/v1/namespaces/default/configmaps',
    ]);
    expect(requests[4]?.body).toBe(
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"default"}}\n',
    );
  });

  test('looks itself at the objects in a list', () => {
    const list = 'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, data: [], extra: 1}\n';
    const { stderr, requests } = runKubectl(['create', '-f', '-'], { stdin: list, server: serverOf(openApi) });
    expect(requests.map(({ url }) => new URL(url).pathname)).toEqual(['/openapi/v2']);
    expect(stderr).toBe(
      'error: error validating "STDIN": error validating data: [' +
        'ValidationError(ConfigMap.data): invalid type for io.k8s.api.core.v1.ConfigMap.data: got "array", expected "map", ' +
        'ValidationError(ConfigMap): unknown field "extra" in io.k8s.api.core.v1.ConfigMap]; ' +
        'if you choose to ignore these errors, turn validation off with --validate=false\n',
    );
  });

  test('asks the older document about a kind that cannot be patched, and checks it itself', () => {
    const review = 'apiVersion: v1\nkind: Review\n';
    const definitions = {
      Review: {
        'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Review' }],
        type: 'object',
        required: ['spec'],
        properties: { apiVersion: { type: 'string' }, kind: { type: 'string' } },
      },
    };
    const { stderr, requests } = runKubectl(['create', '-f', '-'], {
      stdin: review,
      server: serverOf({
        ...openApi,
        'GET /openapi/v2': { body: encodeOpenApiV2({ definitions }) },
        'GET /apis/apiextensions.k8s.io/v1/customresourcedefinitions': {
          body: { kind: 'CustomResourceDefinitionList', apiVersion: 'apiextensions.k8s.io/v1', items: [] },
        },
      }),
    });
    expect(requests.map(({ url }) => new URL(url).pathname)).toEqual([
      '/openapi/v3',
      '/openapi/v3/api/v1',
      '/openapi/v2',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    ]);
    expect(stderr).toBe(
      'error: error validating "STDIN": error validating data: ' +
        'ValidationError(Review): missing required field "spec" in Review; ' +
        'if you choose to ignore these errors, turn validation off with --validate=false\n',
    );
  });

  test('remembers what it was given when that is wished', () => {
    const { stdout } = runKubectl(['create', '-f', '-', '--dry-run=client', '--save-config', '-o', 'yaml'], {
      stdin: CONFIG_MAP,
      server: serverOf(openApi),
    });
    expect(stdout).toContain(
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"annotations":{},"name":"a","namespace":"default"}}',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { type AuditRule, auditConfig, readAuditPolicy } from '../../../../sandbox/apiserver/audit/policy.ts';
import { startAuditedDoor } from '../http/door.ts';

const ALICE = { name: 'alice', groups: ['dev', 'system:authenticated'] };
const pods = { group: '', version: 'v1', resource: 'pods', namespace: 'a', name: 'x' };

describe('the rules of an audit policy', () => {
  const get = { user: ALICE, verb: 'get', target: pods, path: '/api/v1/namespaces/a/pods/x' };
  const logs = { ...get, target: { ...pods, subresource: 'log' } };
  const health = { user: ALICE, verb: 'get', path: '/healthz/etcd' };
  it.each<[string, Omit<AuditRule, 'level'>, object, boolean]>([
    ['a user by name', { users: ['alice'] }, get, true],
    ['one of the groups', { userGroups: ['ops', 'dev'] }, get, true],
    ['another verb', { verbs: ['list'] }, get, false],
    ['a namespace', { namespaces: ['a'] }, get, true],
    ['a resource of the group', { resources: [{ group: '', resources: ['pods'] }] }, get, true],
    ['a resource, but not its parts', { resources: [{ group: '', resources: ['pods'] }] }, logs, false],
    ['the parts of a resource', { resources: [{ group: '', resources: ['pods/*'] }] }, logs, true],
    ['a part of any resource', { resources: [{ group: '', resources: ['*/log'] }] }, logs, true],
    ['another name', { resources: [{ group: '', resources: ['pods'], resourceNames: ['y'] }] }, get, false],
    ['paths below', { nonResourceURLs: ['/healthz*'] }, health, true],
    ['paths, but no resources', { nonResourceURLs: ['*'] }, get, false],
  ])('match %s', (_, rule, request, matches) => {
    const { level } = auditConfig({ rules: [{ ...rule, level: 'Metadata' }] }, request as typeof get);
    expect(level).toBe(matches ? 'Metadata' : 'None');
  });

  it('are refused with what is wrong about them', () => {
    expect(() => readAuditPolicy({ rules: [{ level: 'All' }] })).toThrow(
      'rules[0].level: Unsupported value: "All": supported values: "None", "Metadata", "Request", "RequestResponse"',
    );
    expect(() => readAuditPolicy({ rules: [] })).toThrow('loaded illegal policy with 0 rules');
  });
});

const MAPS = '/api/v1/namespaces/t/configmaps';
const MAP = { metadata: { name: 'm' }, data: { a: 'b' } };

/** A server that is asked, and what it keeps of that at a level. */
function audited(rule: AuditRule) {
  const rules = [{ verbs: ['create', 'update', 'patch', 'delete'], ...rule }];
  const door = startAuditedDoor({ auditPolicy: { rules } });
  door.events.length = 0;
  return door;
}

describe('the audit log', () => {
  it('has who did what, and what came of it', () => {
    const { ask, events } = audited({ level: 'Metadata', omitStages: ['RequestReceived'] });
    ask({ path: `${MAPS}?fieldManager=me`, body: MAP });
    ask({ path: MAPS, body: MAP });
    expect(events).toMatchObject([
      {
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1',
        level: 'Metadata',
        stage: 'ResponseComplete',
        requestURI: `${MAPS}?fieldManager=me`,
        verb: 'create',
        user: { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
        sourceIPs: ['127.0.0.1'],
        userAgent: 'test',
        objectRef: { resource: 'configmaps', namespace: 't', name: 'm', apiVersion: 'v1' },
        responseStatus: { metadata: {}, code: 201 },
        annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
      },
      { responseStatus: { status: 'Failure', reason: 'AlreadyExists', code: 409 } },
    ]);
    expect(events[0]).not.toHaveProperty('requestObject');
  });

  it('has the objects too, where the level asks for them', () => {
    const { ask, events } = audited({ level: 'RequestResponse', omitManagedFields: true });
    ask({ path: MAPS, body: MAP });
    expect(events.map(({ stage }) => stage)).toEqual(['RequestReceived', 'ResponseComplete']);
    expect(events[1]).toMatchObject({ requestObject: { kind: 'ConfigMap', data: { a: 'b' } }, responseObject: MAP });
    expect(JSON.stringify(events[1]?.responseObject)).not.toContain('managedFields');
  });

  it('has patches as they were sent, but no answers where only requests are kept', () => {
    const { ask, events } = audited({ level: 'Request', omitStages: ['RequestReceived'], verbs: ['patch'] });
    ask({ path: MAPS, body: MAP });
    ask({ method: 'PATCH', path: `${MAPS}/m`, body: { data: { a: null } }, type: 'application/merge-patch+json' });
    expect(events).toMatchObject([{ verb: 'patch', requestObject: { data: { a: null } } }]);
    expect(events[0]).not.toHaveProperty('responseObject');
  });

  it('is told what PodSecurity only audits', () => {
    const { ask, events } = audited({ level: 'Metadata', omitStages: ['RequestReceived'] });
    const labels = { 'pod-security.kubernetes.io/audit': 'baseline' };
    ask({
      method: 'PATCH',
      path: '/api/v1/namespaces/t',
      body: { metadata: { labels } },
      type: 'application/merge-patch+json',
    });
    const spec = { hostNetwork: true, containers: [{ name: 'c', image: 'i' }] };
    const { warnings } = ask({ path: '/api/v1/namespaces/t/pods', body: { metadata: { name: 'p' }, spec } });
    expect(warnings).toEqual([]);
    expect(events.at(-1)?.annotations).toMatchObject({
      'pod-security.kubernetes.io/enforce-policy': 'privileged:latest',
      'pod-security.kubernetes.io/audit-violations':
        'would violate PodSecurity "baseline:latest": host namespaces (hostNetwork=true)',
    });
  });

  it('is told what policies audit', () => {
    const { ask, events } = audited({ level: 'Metadata', omitStages: ['RequestReceived'] });
    const admission = '/apis/admissionregistration.k8s.io/v1';
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] };
    const spec = {
      matchConstraints: { resourceRules: [rule] },
      validations: [{ expression: 'false', message: 'never' }],
      auditAnnotations: [{ key: 'named', valueExpression: 'string(object.metadata.name)' }],
    };
    ask({ path: `${admission}/validatingadmissionpolicies`, body: { metadata: { name: 'p.example.com' }, spec } });
    const bound = { policyName: 'p.example.com', validationActions: ['Audit'] };
    ask({ path: `${admission}/validatingadmissionpolicybindings`, body: { metadata: { name: 'b' }, spec: bound } });
    expect(ask({ path: MAPS, body: MAP }).status).toBe(201);
    expect(events.at(-1)?.annotations).toMatchObject({
      'p.example.com/named': 'm',
      'validation.policy.admission.k8s.io/validation_failure':
        '[{"message":"never","policy":"p.example.com","binding":"b","expressionIndex":0,"validationActions":["Audit"]}]',
    });
  });
});

describe('the audit log, of webhooks,', () => {
  const WEBHOOK = {
    name: 'a.example.com',
    clientConfig: { url: 'https://hooks.example.com/a' },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] }],
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
  };
  const PATCH = [{ op: 'add', path: '/data/b', value: 'c' }];
  const changing = {
    allowed: true,
    patchType: 'JSONPatch',
    patch: Buffer.from(JSON.stringify(PATCH)).toString('base64'),
    auditAnnotations: { why: 'because', 'no key': 'x' },
  };

  /** The annotations of a write that webhooks are asked about; without a response, nobody answers. */
  function annotationsOf(level: AuditRule['level'], kind: string, webhook: object, response: object | undefined) {
    const door = startAuditedDoor({
      auditPolicy: { rules: [{ level, resources: [{ group: '', resources: ['configmaps'] }] }] },
      outgoing: () =>
        function* ask(request) {
          if (response === undefined) return { problem: 'dial tcp 10.0.0.1:443: connect: connection refused' };
          const { uid } = JSON.parse(request.body).request;
          const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, ...response } };
          return { status: 200, contentType: 'application/json', body: JSON.stringify(review) };
        },
    });
    const path = `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}s`;
    const body = { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name: 'hooks' } };
    door.ask({ path, body: { ...body, webhooks: [{ ...WEBHOOK, ...webhook }] } });
    door.events.length = 0;
    door.ask({ path: MAPS, body: MAP });
    const { annotations = {} } = door.events.at(-1) ?? {};
    return Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.startsWith('authorization.')));
  }

  const place = { configuration: 'hooks', webhook: 'a.example.com' };
  const mutation = 'mutation.webhook.admission.k8s.io/round_0_index_0';

  it('has what they changed, and what they say themselves', () => {
    const own = { 'a.example.com/why': 'because', [mutation]: JSON.stringify({ ...place, mutated: true }) };
    expect(annotationsOf('Metadata', 'MutatingWebhookConfiguration', {}, changing)).toEqual(own);
    expect(annotationsOf('Request', 'MutatingWebhookConfiguration', {}, changing)).toEqual({
      ...own,
      'patch.webhook.admission.k8s.io/round_0_index_0': JSON.stringify({
        ...place,
        patch: PATCH,
        patchType: 'JSONPatch',
      }),
    });
  });

  it('has who was passed over', () => {
    const open = { failurePolicy: 'Ignore' };
    expect(annotationsOf('Metadata', 'MutatingWebhookConfiguration', open, undefined)).toEqual({
      'failed-open.mutation.webhook.admission.k8s.io/round_0_index_0': 'a.example.com',
      [mutation]: JSON.stringify({ ...place, mutated: false }),
    });
    expect(annotationsOf('Metadata', 'ValidatingWebhookConfiguration', open, undefined)).toEqual({
      'failed-open.validating.webhook.admission.k8s.io/round_0_index_0': 'a.example.com',
    });
  });

  it('has nothing of them where they only agree', () => {
    expect(annotationsOf('Metadata', 'ValidatingWebhookConfiguration', {}, { allowed: true })).toEqual({});
  });
});

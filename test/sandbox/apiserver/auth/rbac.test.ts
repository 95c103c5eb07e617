import { describe, expect, it } from 'vitest';
import { uncovered } from '../../../../sandbox/apiserver/auth/covers.ts';
import { impersonated } from '../../../../sandbox/apiserver/auth/impersonation.ts';
import { accessOf } from '../../../../sandbox/apiserver/auth/rbac.ts';
import type { RoleSource } from '../../../../sandbox/apiserver/auth/rules.ts';
import { rootCaller } from '../../../../sandbox/client/client.ts';

const BINDING = {
  metadata: { name: 'readers', namespace: 'shop' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
  subjects: [{ kind: 'ServiceAccount', name: 'robot' }],
};
const VIEW = {
  metadata: { name: 'view' },
  rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods', '*/status'] }],
};

const source = (view: object | undefined): RoleSource => ({
  get: (_, __, name) => (name === 'view' ? (view as never) : undefined),
  list: ({ resource }) => (resource === 'rolebindings' ? ([BINDING] as never) : []),
});

const ROBOT = { name: 'system:serviceaccount:shop:robot', groups: [] };
const pods = { group: '', version: 'v1', resource: 'pods', namespace: 'shop' };

describe('role-based access', () => {
  const access = accessOf(source(VIEW));

  it('allows what a rule of a bound role covers, and says by which binding', () => {
    expect(access({ user: ROBOT, verb: 'get', target: pods })).toEqual({
      decision: 'allow',
      reason: 'RBAC: allowed by RoleBinding "readers/shop" of ClusterRole "view" to ServiceAccount "robot/shop"',
    });
    const status = { ...pods, resource: 'nodes', subresource: 'status' };
    expect(access({ user: ROBOT, verb: 'get', target: status }).decision).toBe('allow');
  });

  it('has no opinion on anything else', () => {
    expect(access({ user: ROBOT, verb: 'list', target: pods }).decision).toBe('no opinion');
    expect(access({ user: ROBOT, verb: 'get', target: { ...pods, subresource: 'log' } }).decision).toBe('no opinion');
    expect(access({ user: { name: 'bob', groups: [] }, verb: 'get', target: pods }).decision).toBe('no opinion');
    expect(access({ user: ROBOT, verb: 'get', path: '/metrics' }).decision).toBe('no opinion');
  });

  it('says which role is missing', () => {
    const { reason } = accessOf(source(undefined))({ user: ROBOT, verb: 'get', target: pods });
    expect(reason).toBe('RBAC: clusterrole.rbac.authorization.k8s.io "view" not found');
  });
});

describe('what rules do not cover', () => {
  it('is named by resource', () => {
    const wanted = [{ verbs: ['get', 'delete'], apiGroups: [''], resources: ['pods', 'nodes'] }];
    expect(uncovered([{ verbs: ['get'], apiGroups: ['*'], resources: ['pods'] }], wanted)).toEqual([
      '{APIGroups:[""], Resources:["nodes"], Verbs:["get" "delete"]}',
      '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}',
    ]);
    expect(uncovered([{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }], wanted)).toEqual([]);
  });
});

describe('impersonation', () => {
  const caller = rootCaller({ name: 'admin', groups: ['system:masters'] }, 'admin');

  it('asks for each thing by itself', () => {
    const asked: string[] = [];
    const headers = { 'impersonate-user': ['bob'], 'impersonate-group': ['dev'], 'impersonate-extra-team': ['a'] };
    const user = impersonated(headers, caller, (verb, { resource, name }) => {
      asked.push(`${verb} ${resource} ${name}`);
    });
    expect(asked).toEqual(['impersonate users bob', 'impersonate groups dev', 'impersonate userextras a']);
    expect(user).toEqual({ name: 'bob', groups: ['dev', 'system:authenticated'], extra: { team: ['a'] } });
  });

  it('knows the groups of service accounts', () => {
    const user = impersonated({ 'impersonate-user': [ROBOT.name] }, caller, () => undefined);
    expect(user.groups).toEqual(['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated']);
  });

  it('leaves requests alone that ask for nothing, and refuses groups without a user', () => {
    expect(impersonated({}, caller, () => undefined)).toBe(caller.user);
    expect(() => impersonated({ 'impersonate-group': ['dev'] }, caller, () => undefined)).toThrow(
      'without impersonating',
    );
  });
});

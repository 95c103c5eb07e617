// kubectl set subject: more users, groups and service accounts for a role binding.

import { compareText } from '../../../../sandbox/kube/go/text.ts';
import { isArray, type JsonObject, sameJson } from '../../../../sandbox/kube/json.ts';
import type { Call } from '../../call.ts';
import { command } from '../../command.ts';
import { type Info, kindOf, objectOf } from '../../resource/info.ts';
import { applyChanges, confirmPlace, confirmSelectors, findObjects, type SetOptions, setOptions } from './patching.ts';

interface SubjectOptions extends SetOptions {
  readonly infos: readonly Info[];
}

const RBAC = 'rbac.authorization.k8s.io';

export const setSubject = command<SubjectOptions>({
  path: 'set subject',
  long: 'Add users, groups and service accounts to a role binding or a cluster role binding.',
  examples: `
# A service account
kubectl set subject clusterrolebinding viewers --serviceaccount=team:robot

# Two users and a group
kubectl set subject rolebinding viewers --user=ann --user=bob --group=readers`,
  *complete(call) {
    const options = yield* setOptions(call, 'subjects updated');
    return { ...options, infos: yield* findObjects(call, options, call.args) };
  },
  validate(options, call) {
    confirmPlace(call, options);
    confirmSelectors(call);
    const { flags } = call;
    const accounts = flags.strings('serviceaccount');
    if (flags.strings('user').length + flags.strings('group').length + accounts.length === 0) {
      throw new Error('you must specify at least one value of user, group or serviceaccount');
    }
    for (const account of accounts) confirmAccount(account, options.infos);
  },
  *run(options, call) {
    const subjects = subjectsOf(call, options.namespace);
    const change = function* (info: Info) {
      const { kind } = kindOf(info);
      if (kind !== 'RoleBinding' && kind !== 'ClusterRoleBinding') {
        throw new Error('setting subjects is only supported for RoleBinding/ClusterRoleBinding');
      }
      const known = objectOf(info)['subjects'];
      const before = isArray(known) ? known : [];
      const added = subjects.filter((subject) => !before.some((each) => sameJson(each, subject)));
      return added.length === 0 ? undefined : { ...objectOf(info), subjects: [...before, ...added] };
    };
    const failure = 'failed to patch subjects to rolebinding:';
    yield* applyChanges(call, options, options.infos, { change, failure });
  },
});

function confirmAccount(account: string, infos: readonly Info[]): void {
  const [namespace = '', name = '', ...more] = account.split(':');
  if (!account.includes(':') || more.length > 0 || name === '') {
    throw new Error('serviceaccount must be <namespace>:<name>');
  }
  if (namespace === '' && infos.some((info) => kindOf(info).kind === 'ClusterRoleBinding')) {
    throw new Error('serviceaccount must be <namespace>:<name>, namespace must be specified');
  }
}

function subjectsOf({ flags }: Call, namespace: string): readonly JsonObject[] {
  const sorted = (flag: string): readonly string[] => [...new Set(flags.strings(flag))].sort(compareText);
  return [
    ...sorted('user').map((name) => ({ apiGroup: RBAC, kind: 'User', name })),
    ...sorted('group').map((name) => ({ apiGroup: RBAC, kind: 'Group', name })),
    ...sorted('serviceaccount').map((account) => {
      const [place = '', name = ''] = account.split(':');
      return { kind: 'ServiceAccount', name, namespace: place || namespace };
    }),
  ];
}

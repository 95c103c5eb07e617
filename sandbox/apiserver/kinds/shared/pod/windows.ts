// What pods for Windows may and may not have, and what pods for Linux may not.

import { at, forbiddenField, invalid, required, shownAsJson } from '../../../../kube/fielderrors.ts';
import { byteLength } from '../../../../kube/go/text.ts';
import { own } from '../../../../kube/json.ts';
import { dns1123Subdomain } from '../../../../kube/names.ts';
import type { V1Container, V1PodSpec, V1WindowsSecurityContextOptions } from '../../../../schema/generated/types.ts';
import { type Errors, isBlank, oneOf, problemsOf } from '../checks.ts';
import { allContainers } from './visit.ts';

const CREDENTIAL_BYTES_MAX = 64 * 1024;
const DOMAIN_BYTES_MAX = 256;
const USER_BYTES_MAX = 104;

export function* windowsOptions(field: string, options: V1WindowsSecurityContextOptions | undefined): Errors {
  if (options === undefined) return;
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  if (name !== undefined) {
    yield* problemsOf(at(field, 'gmsaCredentialSpecName'), shownAsJson(name), dns1123Subdomain(name));
  }
  if (spec !== undefined) {
    const problems = credentialProblems(spec);
    yield* problemsOf(at(field, 'gmsaCredentialSpec'), shownAsJson(spec), problems);
  }
  if (user !== undefined) yield* problemsOf(at(field, 'runAsUserName'), shownAsJson(user), userProblems(user));
}

function credentialProblems(spec: string): readonly string[] {
  if (spec === '') return ['gmsaCredentialSpec cannot be an empty string'];
  return byteLength(spec) > CREDENTIAL_BYTES_MAX ? ['gmsaCredentialSpec size must be under 64 KiB'] : [];
}

const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_LABEL = /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

/** `user` or `DOMAIN\user`. */
function userProblems(name: string): readonly string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (/[\x00-\x1f\x7f]/.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const user = parts.at(-1) ?? '';
  const domain = parts.length === 2 ? parts[0] : undefined;
  return [...(domain === undefined ? [] : domainProblems(domain)), ...plainUserProblems(user)];
}

function domainProblems(domain: string): readonly string[] {
  const isDns = domain.split('.').every((label) => DNS_LABEL.test(label));
  return [
    ...(byteLength(domain) >= DOMAIN_BYTES_MAX
      ? [`runAsUserName's Domain length must be under ${DOMAIN_BYTES_MAX} characters`]
      : []),
    ...(NETBIOS.test(domain) || isDns ? [] : ["runAsUserName's Domain doesn't match the NetBios nor the DNS format"]),
  ];
}

function plainUserProblems(user: string): readonly string[] {
  const length = byteLength(user);
  return [
    ...(length === 0 ? ["runAsUserName's User cannot be empty"] : []),
    ...(length > USER_BYTES_MAX
      ? [`runAsUserName's User length must not be longer than ${USER_BYTES_MAX} characters`]
      : []),
    ...(/^[. ]+$/.test(user) ? ["runAsUserName's User cannot contain only periods or spaces"] : []),
    ...(/["/\\:;|=,+*?<>@[\]]/.test(user)
      ? ['runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]']
      : []),
  ];
}

/** Either all containers run as processes of the host, or none. */
export function* hostProcesses(field: string, spec: V1PodSpec): Errors {
  const wanted = spec.securityContext?.windowsOptions?.hostProcess;
  let count = 0;
  let hosted = 0;
  for (const [container, path] of allContainers(field, spec)) {
    const own = container.securityContext?.windowsOptions?.hostProcess;
    count++;
    if (own ?? wanted ?? false) hosted++;
    if (wanted === undefined || own === undefined || wanted === own) continue;
    const detail = `pod hostProcess value must be identical if both are specified, was ${wanted}`;
    yield invalid(at(path, 'securityContext', 'windowsOptions', 'hostProcess'), own, detail);
  }
  if (hosted === 0) return;
  if (hosted !== count) {
    const detail = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    yield invalid(field, '', detail);
  }
  if (spec.hostNetwork === true) return;
  const detail = 'hostNetwork must be true if pod contains any hostProcess containers';
  yield invalid(at(field, 'hostNetwork'), false, detail);
}

/** What the pod's operating system allows. */
export function* operatingSystem(field: string, spec: V1PodSpec): Errors {
  if (spec.os === undefined) return;
  const { name } = spec.os;
  if (isBlank(name)) yield required(at(field, 'os', 'name'));
  else if (name === 'linux') yield* forLinux(field, spec);
  else if (name === 'windows') yield* forWindows(field, spec);
  else yield* oneOf(at(field, 'os'), name, ['linux', 'windows']);
}

function* forLinux(field: string, spec: V1PodSpec): Errors {
  const detail = 'windows options cannot be set for a linux pod';
  if (spec.securityContext?.windowsOptions !== undefined) {
    yield forbiddenField(at(field, 'securityContext', 'windowsOptions'), detail);
  }
  for (const [{ securityContext }, path] of allContainers(field, spec)) {
    if (securityContext?.windowsOptions === undefined) continue;
    yield forbiddenField(at(path, 'securityContext', 'windowsOptions'), detail);
  }
}

/** Fields of the spec and of its security context, in the order in which they are refused. */
const POD_FIELDS = [
  'securityContext.appArmorProfile',
  'securityContext.seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'securityContext.seccompProfile',
  'securityContext.fsGroup',
  'securityContext.fsGroupChangePolicy',
  'securityContext.sysctls',
  'shareProcessNamespace',
  'securityContext.runAsUser',
  'securityContext.runAsGroup',
  'securityContext.supplementalGroups',
  'securityContext.supplementalGroupsPolicy',
  'securityContext.seLinuxChangePolicy',
];
const CONTAINER_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];
const NOT_ON_WINDOWS = 'cannot be set for a windows pod';
const CONTEXT = 'securityContext.';

function* forWindows(field: string, spec: V1PodSpec): Errors {
  for (const name of POD_FIELDS) {
    const inContext = name.startsWith(CONTEXT);
    const value = inContext ? own(spec.securityContext, name.slice(CONTEXT.length)) : own(spec, name);
    const plainFlag = name === 'hostPID' || name === 'hostIPC';
    if (value !== undefined && !(plainFlag && value === false)) yield forbiddenField(at(field, name), NOT_ON_WINDOWS);
  }
  for (const [container, path] of allContainers(field, spec)) yield* containerForWindows(path, container);
}

function* containerForWindows(field: string, { securityContext }: V1Container): Errors {
  for (const name of CONTAINER_FIELDS) {
    if (own(securityContext, name) === undefined) continue;
    yield forbiddenField(at(field, 'securityContext', name), NOT_ON_WINDOWS);
  }
}

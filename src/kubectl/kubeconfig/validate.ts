// Whether a cluster and a user can be worked with, in client-go's words.

import { quote } from '../../../sandbox/kube/go/text.ts';
import type { Sys } from '../../../sandbox/machine/sys.ts';
import { asError, ConfigurationError, ContextNotFoundError } from '../errors.ts';
import { mustStat } from '../files.ts';
import type { Cluster, ExecConfig, Kubeconfig, User } from './model.ts';
import type { Chosen } from './overrides.ts';

const MODES = ['Never', 'IfAvailable', 'Always'];

/** Throws a ConfigurationError that says all that is wrong. */
export function confirmUsable(sys: Sys, config: Kubeconfig, chosen: Chosen): void {
  const { contextName } = chosen;
  const problems: Error[] = [];
  if (contextName !== '' && !config.contexts.has(contextName)) problems.push(new ContextNotFoundError(contextName));
  const texts = [
    ...userProblems(sys, chosen.userName, chosen.user),
    ...clusterProblems(sys, chosen.clusterName, chosen.cluster),
  ];
  problems.push(...texts.map((text) => new Error(text)));
  if (problems.length > 0) throw new ConfigurationError(problems);
}

function clusterProblems(sys: Sys, name: string, cluster: Cluster): readonly string[] {
  const problems: string[] = [];
  if (!cluster.server) {
    problems.push(name === '' ? 'default cluster has no server defined' : `no server found for cluster ${quote(name)}`);
  }
  const file = cluster['certificate-authority'];
  if (file && cluster['certificate-authority-data']) {
    problems.push(
      `certificate-authority-data and certificate-authority are both specified for ${name}. ` +
        'certificate-authority-data will override.',
    );
  }
  if (file) problems.push(...unreadable(sys, 'certificate-authority', file, name));
  return problems;
}

function userProblems(sys: Sys, name: string, user: User): readonly string[] {
  const { 'client-certificate': cert, 'client-certificate-data': certData } = user;
  const methods = [...(user.token ? ['token'] : []), ...(user.username || user.password ? ['basicAuth'] : [])];
  const problems = cert || certData ? [...certificateProblems(sys, name, user)] : [];
  if (user.exec !== undefined) problems.push(...execProblems(name, user.exec, user['auth-provider'] !== undefined));
  if (methods.length > 1) {
    problems.push(
      `more than one authentication method found for ${name}; found [${methods.join(' ')}], only one is allowed`,
    );
  }
  if ((user['as-uid'] || user['as-groups'] || user['as-user-extra']) && !user.as) {
    problems.push(`requesting uid, groups or user-extra for ${name} without impersonating a user`);
  }
  return problems;
}

function certificateProblems(sys: Sys, name: string, user: User): readonly string[] {
  const { 'client-certificate': cert, 'client-key': key } = user;
  const problems: string[] = [];
  if (cert && user['client-certificate-data']) {
    problems.push(`client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`);
  }
  if (key && user['client-key-data']) {
    problems.push(`client-key-data and client-key are both specified for ${name}; client-key-data will override`);
  }
  if (!key && !user['client-key-data']) {
    problems.push(
      `client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`,
    );
  }
  if (cert) problems.push(...unreadable(sys, 'client-cert', cert, name));
  if (key) problems.push(...unreadable(sys, 'client-key', key, name));
  return problems;
}

function execProblems(name: string, exec: ExecConfig, withProvider: boolean): readonly string[] {
  const using = `for ${name} to use exec authentication plugin`;
  const mode = exec.interactiveMode ?? 'IfAvailable';
  return [
    ...(withProvider ? [`authProvider cannot be provided in combination with an exec plugin for ${name}`] : []),
    ...(exec.command ? [] : [`command must be specified ${using}`]),
    ...(exec.apiVersion ? [] : [`apiVersion must be specified ${using}`]),
    ...(exec.env ?? []).filter((env) => env.name === '').map(() => `env variable name must be specified ${using}`),
    ...(MODES.includes(mode) ? [] : [`invalid interactiveMode for ${name}: ${quote(mode)}`]),
  ];
}

function unreadable(sys: Sys, what: string, path: string, name: string): readonly string[] {
  try {
    mustStat(sys, path);
    return [];
  } catch (error) {
    const reason = asError(error).message.replace(/^stat /, 'open ');
    return [`unable to read ${what} ${path} for ${name} due to ${reason}`];
  }
}

// Facts about kubectl itself and what needs no group: api-resources, api-versions, config, kuberc, plugin, version, options, alpha.
// How a row is to be read stands in ../catalog.ts.

import type { CommandRow } from '../catalog.ts';

export const otherCommands: readonly CommandRow[] = [
  {
    path: '',
    usage: '[flags] [options]',
    short: 'kubectl controls the Kubernetes cluster manager',
    flags:
      'as as-group as-uid as-user-extra cache-dir certificate-authority client-certificate client-key cluster ' +
      'context disable-compression insecure-skip-tls-verify kubeconfig kuberc log-flush-frequency ' +
      'match-server-version namespace password profile profile-output request-timeout server tls-server-name ' +
      'token user username v vmodule warnings-as-errors',
  },
  {
    path: 'alpha',
    usage: 'alpha',
    short: 'Commands for features in alpha',
  },
  {
    path: 'api-resources',
    usage: 'api-resources [flags] [options]',
    short: 'Print the supported API resources on the server',
    flags: 'api-group cached categories namespaced no-headers output@api-resources show-managed-fields sort-by verbs',
  },
  {
    path: 'api-versions',
    usage: 'api-versions [options]',
    short: 'Print the supported API versions on the server, in the form of "group/version"',
  },
  {
    path: 'config',
    usage: 'config SUBCOMMAND [options]',
    short: 'Modify kubeconfig files',
  },
  {
    path: 'config current-context',
    usage: 'config current-context [flags] [options]',
    short: 'Display the current-context',
  },
  {
    path: 'config delete-cluster',
    usage: 'config delete-cluster NAME [options]',
    short: 'Delete the specified cluster from the kubeconfig',
  },
  {
    path: 'config delete-context',
    usage: 'config delete-context NAME [options]',
    short: 'Delete the specified context from the kubeconfig',
  },
  {
    path: 'config delete-user',
    usage: 'config delete-user NAME [options]',
    short: 'Delete the specified user from the kubeconfig',
  },
  {
    path: 'config get-clusters',
    usage: 'config get-clusters [flags] [options]',
    short: 'Display clusters defined in the kubeconfig',
  },
  {
    path: 'config get-contexts',
    usage: 'config get-contexts [(-o|--output=)name)] [options]',
    short: 'Describe one or many contexts',
    flags: 'no-headers output@config.get-contexts',
  },
  {
    path: 'config get-users',
    usage: 'config get-users [flags] [options]',
    short: 'Display users defined in the kubeconfig',
  },
  {
    path: 'config rename-context',
    usage: 'config rename-context CONTEXT_NAME NEW_NAME [options]',
    short: 'Rename a context from the kubeconfig file',
  },
  {
    path: 'config set',
    usage: 'config set PROPERTY_NAME PROPERTY_VALUE [options]',
    short: 'Set an individual value in a kubeconfig file',
    flags: 'set-raw-bytes',
  },
  {
    path: 'config set-cluster',
    usage:
      'config set-cluster NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com] [options]',
    short: 'Set a cluster entry in kubeconfig',
    flags:
      'certificate-authority@config.set-cluster embed-certs insecure-skip-tls-verify:tri proxy-url ' +
      'server@config.set-cluster tls-server-name@config.set-cluster',
  },
  {
    path: 'config set-context',
    usage:
      'config set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace] [options]',
    short: 'Set a context entry in kubeconfig',
    flags: 'cluster@config.set-context current namespace@config.set-context user@config.set-context',
  },
  {
    path: 'config set-credentials',
    usage:
      'config set-credentials NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value] [options]',
    short: 'Set a user entry in kubeconfig',
    flags:
      'auth-provider auth-provider-arg client-certificate@config.set-credentials ' +
      'client-key@config.set-credentials embed-certs exec-api-version exec-arg exec-command exec-env ' +
      'exec-interactive-mode exec-provide-cluster-info password@config.set-credentials ' +
      'token@config.set-credentials username@config.set-credentials',
  },
  {
    path: 'config unset',
    usage: 'config unset PROPERTY_NAME [options]',
    short: 'Unset an individual value in a kubeconfig file',
  },
  {
    path: 'config use-context',
    usage: 'config use-context CONTEXT_NAME [options]',
    short: 'Set the current-context in a kubeconfig file',
    aliases: ['use'],
  },
  {
    path: 'config view',
    usage: 'config view [flags] [options]',
    short: 'Display merged kubeconfig settings or a specified kubeconfig file',
    flags: 'allow-missing-template-keys flatten merge minify output=yaml raw:bool show-managed-fields template',
  },
  {
    path: 'kuberc',
    usage: 'kuberc SUBCOMMAND [options]',
    short: 'Manage kuberc configuration files',
  },
  {
    path: 'kuberc set',
    usage: 'kuberc set --section (defaults|aliases) --command COMMAND [options]',
    short: 'Set values in the kuberc configuration',
    flags: 'allowlist-entry appendarg command kuberc name option overwrite policy prependarg section',
  },
  {
    path: 'kuberc view',
    usage: 'kuberc view [options]',
    short: 'Display the current kuberc configuration',
    flags: 'allow-missing-template-keys kuberc output=yaml show-managed-fields template',
  },
  {
    path: 'options',
    usage: 'options',
    short: 'Print the list of flags inherited by all commands',
  },
  {
    path: 'plugin',
    usage: 'plugin [flags] [options]',
    short: 'Provides utilities for interacting with plugins',
  },
  {
    path: 'plugin list',
    usage: 'plugin list [flags] [options]',
    short: "List all visible plugin executables on a user's PATH",
    flags: 'name-only',
  },
  {
    path: 'version',
    usage: 'version [flags] [options]',
    short: 'Print the client and server version information',
    flags: 'client output@version',
  },
];

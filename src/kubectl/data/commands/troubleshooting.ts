// Facts about what looks into a cluster: describe, logs, attach, exec, port-forward, proxy, cp, auth, debug, events.
// How a row is to be read stands in ../catalog.ts.

import type { CommandRow } from '../catalog.ts';

export const troubleshootingCommands: readonly CommandRow[] = [
  {
    path: 'attach',
    usage: 'attach (POD | TYPE/NAME) -c CONTAINER [options]',
    short: 'Attach to a running container',
    flags: 'container detach-keys pod-running-timeout quiet stdin tty',
  },
  {
    path: 'auth',
    usage: 'auth [flags] [options]',
    short: 'Inspect authorization',
  },
  {
    path: 'auth can-i',
    usage: 'auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL] [options]',
    short: 'Check whether an action is allowed',
    flags: 'all-namespaces@auth.can-i list no-headers quiet subresource',
  },
  {
    path: 'auth reconcile',
    usage: 'auth reconcile -f FILENAME [options]',
    short: 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects',
    flags:
      'allow-missing-template-keys dry-run filename kustomize output recursive remove-extra-permissions ' +
      'remove-extra-subjects show-managed-fields template',
  },
  {
    path: 'auth whoami',
    usage: 'auth whoami [options]',
    short: 'Experimental: Check self subject attributes',
    flags: 'allow-missing-template-keys output show-managed-fields template',
  },
  {
    path: 'cp',
    usage: 'cp <file-spec-src> <file-spec-dest> [options]',
    short: 'Copy files and directories to and from containers',
    flags: 'container no-preserve retries',
  },
  {
    path: 'debug',
    usage: 'debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ] [options]',
    short: 'Create debugging sessions for troubleshooting workloads and nodes',
    flags:
      'arguments-only attach@debug container@debug copy-to custom env:pairs filename image image-pull-policy ' +
      'keep-annotations keep-init-containers keep-labels keep-liveness keep-readiness keep-startup ' +
      'profile@debug quiet replace same-node set-image share-processes stdin@run target tty@run',
  },
  {
    path: 'describe',
    usage: 'describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME) [options]',
    short: 'Show details of a specific resource or group of resources',
    suggestFor: ['inspect'],
    flags: 'all-namespaces chunk-size filename kustomize recursive selector:l show-events',
  },
  {
    path: 'events',
    usage:
      'events [(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning] [options]',
    short: 'List events',
    flags:
      'all-namespaces allow-missing-template-keys chunk-size for@events no-headers output show-managed-fields ' +
      'template types watch',
  },
  {
    path: 'exec',
    usage: 'exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...] [options]',
    short: 'Execute a command in a container',
    flags: 'container filename pod-running-timeout quiet stdin tty',
  },
  {
    path: 'logs',
    usage: 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] [options]',
    short: 'Print the logs for a container in a pod',
    flags:
      'all-containers all-pods container@logs follow ignore-errors insecure-skip-tls-verify-backend limit-bytes ' +
      'max-log-requests pod-running-timeout=20s prefix:bool previous selector:l since since-time tail ' +
      'timestamps',
  },
  {
    path: 'port-forward',
    usage: 'port-forward TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]',
    short: 'Forward one or more local ports to a pod',
    flags: 'address:slice pod-running-timeout',
  },
  {
    path: 'proxy',
    usage: 'proxy [--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix] [options]',
    short: 'Run a proxy to the Kubernetes API server',
    flags:
      'accept-hosts accept-paths address api-prefix append-server-path disable-filter keepalive port@proxy ' +
      'reject-methods reject-paths unix-socket www www-prefix',
  },
];

// Facts about what administers a cluster: certificate, cluster-info, top, cordon, uncordon, drain, taint.
// How a row is to be read stands in ../catalog.ts.

import type { CommandRow } from '../catalog.ts';

export const clusterCommands: readonly CommandRow[] = [
  {
    path: 'certificate',
    usage: 'certificate SUBCOMMAND [options]',
    short: 'Modify certificate resources',
  },
  {
    path: 'certificate approve',
    usage: 'certificate approve (-f FILENAME | NAME) [options]',
    short: 'Approve a certificate signing request',
    flags: 'allow-missing-template-keys filename force kustomize output recursive show-managed-fields template',
  },
  {
    path: 'certificate deny',
    usage: 'certificate deny (-f FILENAME | NAME) [options]',
    short: 'Deny a certificate signing request',
    flags: 'allow-missing-template-keys filename force kustomize output recursive show-managed-fields template',
  },
  {
    path: 'cluster-info',
    usage: 'cluster-info [flags] [options]',
    short: 'Display cluster information',
  },
  {
    path: 'cluster-info dump',
    usage: 'cluster-info dump [flags] [options]',
    short: 'Dump relevant information for debugging and diagnosis',
    flags:
      'all-namespaces@cluster-info.dump allow-missing-template-keys namespaces output=json output-directory ' +
      'pod-running-timeout=20s show-managed-fields template',
  },
  {
    path: 'cordon',
    usage: 'cordon NODE [options]',
    short: 'Mark node as unschedulable',
    flags: 'dry-run selector:l',
  },
  {
    path: 'drain',
    usage: 'drain NODE [options]',
    short: 'Drain node in preparation for maintenance',
    flags:
      'chunk-size delete-emptydir-data disable-eviction dry-run force@drain grace-period@drain ' +
      'ignore-daemonsets pod-selector selector:l skip-wait-for-delete-timeout timeout',
  },
  {
    path: 'taint',
    usage: 'taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N [options]',
    short: 'Update the taints on one or more nodes',
    flags:
      'all@taint allow-missing-template-keys dry-run field-manager=kubectl-taint output overwrite selector:l ' +
      'show-managed-fields template validate',
  },
  {
    path: 'top',
    usage: 'top [flags] [options]',
    short: 'Display resource (CPU/memory) usage',
    suggestFor: ['stats'],
  },
  {
    path: 'top node',
    usage: 'top node [NAME | -l label] [options]',
    short: 'Display resource (CPU/memory) usage of nodes',
    aliases: ['nodes', 'no'],
    flags: 'no-headers selector:l show-capacity show-swap sort-by use-protocol-buffers',
  },
  {
    path: 'top pod',
    usage: 'top pod [NAME | -l label] [options]',
    short: 'Display resource (CPU/memory) usage of pods',
    aliases: ['pods', 'po'],
    flags:
      'all-namespaces containers:bool field-selector no-headers selector:l show-swap sort-by sum ' +
      'use-protocol-buffers',
  },
  {
    path: 'uncordon',
    usage: 'uncordon NODE [options]',
    short: 'Mark node as schedulable',
    flags: 'dry-run selector:l',
  },
];

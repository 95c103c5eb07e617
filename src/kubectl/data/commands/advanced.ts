// Facts about diff, apply, patch, replace, wait, kustomize.
// How a row is to be read stands in ../catalog.ts.

import type { CommandRow } from '../catalog.ts';

export const advancedCommands: readonly CommandRow[] = [
  {
    path: 'apply',
    usage: 'apply (-f FILENAME | -k DIRECTORY) [options]',
    short: 'Apply a configuration to a resource by file name or stdin',
    flags:
      'all allow-missing-template-keys cascade dry-run field-manager=kubectl-client-side-apply filename force ' +
      'force-conflicts grace-period kustomize openapi-patch output overwrite@apply prune prune-allowlist record ' +
      'recursive selector:l server-side show-managed-fields subresource template timeout@delete validate wait',
  },
  {
    path: 'apply edit-last-applied',
    usage: 'apply edit-last-applied (RESOURCE/NAME | -f FILENAME) [options]',
    short: 'Edit latest last-applied-configuration annotations of a resource/object',
    flags:
      'allow-missing-template-keys field-manager=kubectl-client-side-apply filename kustomize ' +
      'output@apply.edit-last-applied record recursive show-managed-fields template validate ' +
      'windows-line-endings',
  },
  {
    path: 'apply set-last-applied',
    usage: 'apply set-last-applied -f FILENAME [options]',
    short: 'Set the last-applied-configuration annotation on a live object to match the contents of a file',
    flags: 'allow-missing-template-keys create-annotation dry-run filename output show-managed-fields template',
  },
  {
    path: 'apply view-last-applied',
    usage: 'apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME) [options]',
    short: 'View the latest last-applied-configuration annotations of a resource/object',
    flags: 'all filename kustomize output@apply.view-last-applied recursive selector:l',
  },
  {
    path: 'diff',
    usage: 'diff -f FILENAME [options]',
    short: 'Diff the live version against a would-be applied version',
    flags:
      'concurrency field-manager=kubectl-client-side-apply filename force-conflicts kustomize prune ' +
      'prune-allowlist recursive selector:l server-side show-managed-fields show-secrets',
  },
  {
    path: 'kustomize',
    usage: 'kustomize DIR [flags] [options]',
    short: 'Build a kustomization target from a directory or URL',
    flags:
      'as-current-user enable-alpha-plugins enable-helm enable-managedby-label env:e helm-api-versions ' +
      'helm-command helm-debug helm-kube-version load-restrictor mount network network-name output@kustomize ' +
      'reorder',
  },
  {
    path: 'patch',
    usage: 'patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE] [options]',
    short: 'Update fields of a resource',
    flags:
      'allow-missing-template-keys dry-run field-manager=kubectl-patch filename kustomize local output patch ' +
      'patch-file record recursive show-managed-fields subresource template type',
  },
  {
    path: 'replace',
    usage: 'replace -f FILENAME [options]',
    short: 'Replace a resource by file name or stdin',
    flags:
      'allow-missing-template-keys cascade dry-run field-manager=kubectl-replace filename force grace-period ' +
      'kustomize output raw recursive save-config show-managed-fields subresource template timeout@delete ' +
      'validate wait',
  },
  {
    path: 'wait',
    usage:
      "wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]] [options]",
    short: 'Wait for a specific condition on one or many resources',
    flags:
      'all all-namespaces allow-missing-template-keys field-selector filename for local output recursive=true ' +
      'selector:l show-managed-fields template timeout@wait',
  },
];

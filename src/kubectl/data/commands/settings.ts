// Facts about label, annotate, completion.
// How a row is to be read stands in ../catalog.ts.

import type { CommandRow } from '../catalog.ts';

export const settingsCommands: readonly CommandRow[] = [
  {
    path: 'annotate',
    usage:
      'annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]',
    short: 'Update the annotations on a resource',
    flags:
      'all all-namespaces allow-missing-template-keys dry-run field-manager=kubectl-annotate field-selector ' +
      'filename kustomize list local output overwrite record recursive resource-version selector:l ' +
      'show-managed-fields template',
  },
  {
    path: 'completion',
    usage: 'completion SHELL [options]',
    short: 'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
  },
  {
    path: 'label',
    usage:
      'label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]',
    short: 'Update the labels on a resource',
    flags:
      'all all-namespaces allow-missing-template-keys dry-run field-manager=kubectl-label field-selector ' +
      'filename kustomize list local output overwrite record recursive resource-version selector:l ' +
      'show-managed-fields template',
  },
];

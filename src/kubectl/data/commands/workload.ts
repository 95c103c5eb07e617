// Facts about rollout, scale, autoscale.
// How a row is to be read stands in ../catalog.ts.

import type { CommandRow } from '../catalog.ts';

export const workloadCommands: readonly CommandRow[] = [
  {
    path: 'autoscale',
    usage:
      'autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY] [options]',
    short: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
    flags:
      'allow-missing-template-keys cpu cpu-percent dry-run field-manager=kubectl-autoscale filename kustomize ' +
      'max memory min name output record recursive save-config show-managed-fields template',
  },
  {
    path: 'rollout',
    usage: 'rollout SUBCOMMAND [options]',
    short: 'Manage the rollout of a resource',
  },
  {
    path: 'rollout history',
    usage: 'rollout history (TYPE NAME | TYPE/NAME) [flags] [options]',
    short: 'View rollout history',
    flags:
      'allow-missing-template-keys filename kustomize output recursive revision selector:l show-managed-fields ' +
      'template',
  },
  {
    path: 'rollout pause',
    usage: 'rollout pause RESOURCE [options]',
    short: 'Mark the provided resource as paused',
    flags:
      'allow-missing-template-keys field-manager=kubectl-rollout filename kustomize output recursive selector:l ' +
      'show-managed-fields template',
  },
  {
    path: 'rollout restart',
    usage: 'rollout restart RESOURCE [options]',
    short: 'Restart a resource',
    flags:
      'allow-missing-template-keys field-manager=kubectl-rollout filename kustomize output recursive selector:l ' +
      'show-managed-fields template',
  },
  {
    path: 'rollout resume',
    usage: 'rollout resume RESOURCE [options]',
    short: 'Resume a paused resource',
    flags:
      'allow-missing-template-keys field-manager=kubectl-rollout filename kustomize output recursive selector:l ' +
      'show-managed-fields template',
  },
  {
    path: 'rollout status',
    usage: 'rollout status (TYPE NAME | TYPE/NAME) [flags] [options]',
    short: 'Show the status of the rollout',
    flags: 'filename kustomize recursive revision selector:l timeout watch@rollout.status',
  },
  {
    path: 'rollout undo',
    usage: 'rollout undo (TYPE NAME | TYPE/NAME) [flags] [options]',
    short: 'Undo a previous rollout',
    flags:
      'allow-missing-template-keys dry-run filename kustomize output recursive selector:l show-managed-fields ' +
      'template to-revision',
  },
  {
    path: 'scale',
    usage:
      'scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME) [options]',
    short: 'Set a new size for a deployment, replica set, or replication controller',
    flags:
      'all allow-missing-template-keys current-replicas dry-run filename kustomize output record recursive ' +
      'replicas resource-version selector:l show-managed-fields template timeout',
  },
];

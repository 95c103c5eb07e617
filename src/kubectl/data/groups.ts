// How kubectl's own help groups the commands, in its order, which is also the order of suggestions.

export const commandGroups: readonly (readonly [title: string, commands: readonly string[]])[] = [
  ['Basic Commands (Beginner):', ['create', 'expose', 'run', 'set']],
  ['Basic Commands (Intermediate):', ['explain', 'get', 'edit', 'delete']],
  ['Deploy Commands:', ['rollout', 'scale', 'autoscale']],
  ['Cluster Management Commands:', ['certificate', 'cluster-info', 'top', 'cordon', 'uncordon', 'drain', 'taint']],
  [
    'Troubleshooting and Debugging Commands:',
    ['describe', 'logs', 'attach', 'exec', 'port-forward', 'proxy', 'cp', 'auth', 'debug', 'events'],
  ],
  ['Advanced Commands:', ['diff', 'apply', 'patch', 'replace', 'wait', 'kustomize']],
  ['Settings Commands:', ['label', 'annotate', 'completion']],
];

/** Where the commands of plugins are listed, between the groups and the rest. */
export const pluginGroup = 'Subcommands provided by plugins:';

export const otherGroup = 'Other Commands:';

/** Commands outside of the groups, in the order in which they are suggested. Help lists them by name. */
export const otherCommandNames: readonly string[] = [
  'alpha',
  'config',
  'plugin',
  'version',
  'api-versions',
  'api-resources',
  'options',
  'kuberc',
];

/** Commands outside of the groups that help does not list. */
export const unlistedCommands: readonly string[] = ['alpha', 'options'];

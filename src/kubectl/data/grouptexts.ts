// What kubectl prints about commands that only gather others, when one of them is called alone: recorded texts.

export interface GroupText {
  readonly long: string;
  readonly examples?: string;
}

export const groupTexts: Readonly<Record<string, GroupText>> = {
  '': {
    long: `
kubectl controls the Kubernetes cluster manager.

Find more information at: https://kubernetes.io/docs/reference/kubectl/`,
  },
  auth: { long: 'Inspect authorization.' },
  certificate: { long: 'Modify certificate resources.' },
  config: {
    long: `
Modify kubeconfig files using subcommands like "kubectl config set current-context my-context".

The loading order follows these rules:

 1.  If the --kubeconfig flag is set, then only that file is loaded. The flag may only be set once and no merging takes place.
 2.  If $KUBECONFIG environment variable is set, then it is used as a list of paths (normal path delimiting rules for your system). These paths are merged. When a value is modified, it is modified in the file that defines the stanza. When a value is created, it is created in the first file that exists. If no files in the chain exist, then it creates the last file in the list.
 3.  Otherwise, \${HOME}/.kube/config is used and no merging takes place.`,
  },
  'create secret': {
    long: `
Create a secret with specified type.

A docker-registry type secret is for accessing a container registry.

A generic type secret indicate an Opaque secret type.

A tls type secret holds TLS certificate and its associated key.`,
  },
  'create service': { long: 'Create a service using a specified subcommand.' },
  kuberc: {
    long: `
Manage user preferences (kuberc) file.

The kuberc file allows you to customize your kubectl experience.`,
    examples: `
# View the current kuberc configuration
kubectl kuberc view

# Set a default value for a command flag
kubectl kuberc set --section defaults --command get --option output=wide

# Create an alias for a command
kubectl kuberc set --section aliases --name getn --command get --prependarg nodes --option output=wide`,
  },
  plugin: {
    long: `
Provides utilities for interacting with plugins.

A plugin is a program on the PATH whose name begins with "kubectl-". It adds a command of that name to kubectl.

Krew finds and installs plugins: https://krew.sigs.k8s.io/docs/user-guide/setup/install`,
    examples: `
# List all available plugins
kubectl plugin list

# List only their names, without paths
kubectl plugin list --name-only`,
  },
  rollout: {
    long: `
Manage the rollout of one or many resources.
       
Valid resource types include:

 *  deployments
 *  daemonsets
 *  statefulsets`,
    examples: `
# Rollback to the previous deployment
kubectl rollout undo deployment/abc

# Check the rollout status of a daemonset
kubectl rollout status daemonset/foo

# Restart a deployment
kubectl rollout restart deployment/abc

# Restart deployments with the 'app=nginx' label
kubectl rollout restart deployment --selector=app=nginx`,
  },
  set: {
    long: `
Configure application resources.

These commands help you make changes to existing application resources.`,
  },
  top: {
    long: `
Display resource (CPU/memory) usage.

This command provides a view of recent resource consumption for nodes and pods. It fetches metrics from the Metrics Server, which aggregates this data from the kubelet on each node. The Metrics Server must be installed and running in the cluster for this command to work.

The metrics shown are specifically optimized for Kubernetes autoscaling decisions, such as those made by the Horizontal Pod Autoscaler (HPA) and Vertical Pod Autoscaler (VPA). Because of this, the values may not match those from standard OS tools like 'top', as the metrics are designed to provide a stable signal for autoscalers rather than for pinpoint accuracy.

FAQ for Metrics Server: https://github.com/kubernetes-sigs/metrics-server/blob/master/FAQ.md

When to use this command:

 *  For on-the-fly spot-checks of resource usage (e.g. identify which pods are consuming the most resources at a glance, or get a quick sense of the load on your nodes)
 *  Understand current resource consumption patterns
 *  Validate the behavior of your HPA or VPA configurations by seeing the metrics they use for scaling decisions.

It is not intended to be a replacement for full-featured monitoring solutions. Its primary design goal is to provide a low-overhead signal for autoscalers, not to be a perfectly accurate monitoring tool. For high-accuracy reporting, historical analysis, dashboarding, or alerting, you should use a dedicated monitoring solution.`,
  },
};

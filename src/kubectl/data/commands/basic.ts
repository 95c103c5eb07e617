// Facts about the basic commands: create, expose, run, set, explain, get, edit, delete.
// How a row is to be read stands in ../catalog.ts.

import type { CommandRow } from '../catalog.ts';

export const basicCommands: readonly CommandRow[] = [
  {
    path: 'create',
    usage: 'create -f FILENAME [options]',
    short: 'Create a resource from a file or from stdin',
    flags:
      'allow-missing-template-keys dry-run edit field-manager filename kustomize output raw record recursive ' +
      'save-config selector:l show-managed-fields template validate windows-line-endings',
  },
  {
    path: 'create clusterrole',
    usage:
      'create clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none] [options]',
    short: 'Create a cluster role',
    flags:
      'aggregation-rule allow-missing-template-keys dry-run field-manager non-resource-url output resource ' +
      'resource-name save-config show-managed-fields template validate verb',
  },
  {
    path: 'create clusterrolebinding',
    usage:
      'create clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none] [options]',
    short: 'Create a cluster role binding for a particular cluster role',
    flags:
      'allow-missing-template-keys clusterrole dry-run field-manager group output save-config serviceaccount ' +
      'show-managed-fields template user:array validate',
  },
  {
    path: 'create configmap',
    usage:
      'create configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none] [options]',
    short: 'Create a config map from a local file, directory or literal value',
    aliases: ['cm'],
    flags:
      'allow-missing-template-keys append-hash dry-run field-manager from-env-file from-file from-literal ' +
      'output save-config show-managed-fields template validate',
  },
  {
    path: 'create cronjob',
    usage: "create cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags] [options]",
    short: 'Create a cron job with the specified name',
    aliases: ['cj'],
    flags:
      'allow-missing-template-keys dry-run field-manager image output restart@create.cronjob save-config ' +
      'schedule show-managed-fields template validate',
  },
  {
    path: 'create deployment',
    usage: 'create deployment NAME --image=image -- [COMMAND] [args...] [options]',
    short: 'Create a deployment with the specified name',
    aliases: ['deploy'],
    flags:
      'allow-missing-template-keys dry-run field-manager image:slice output port@create.deployment replicas:r ' +
      'save-config show-managed-fields template validate',
  },
  {
    path: 'create ingress',
    usage: 'create ingress NAME --rule=host/path=service:port[,tls[=secret]]  [options]',
    short: 'Create an ingress with the specified name',
    aliases: ['ing'],
    flags:
      'allow-missing-template-keys annotation class default-backend dry-run field-manager output rule ' +
      'save-config show-managed-fields template validate',
  },
  {
    path: 'create job',
    usage: 'create job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...] [options]',
    short: 'Create a job with the specified name',
    flags:
      'allow-missing-template-keys dry-run field-manager from image output save-config show-managed-fields ' +
      'template validate',
  },
  {
    path: 'create namespace',
    usage: 'create namespace NAME [--dry-run=server|client|none] [options]',
    short: 'Create a namespace with the specified name',
    aliases: ['ns'],
    flags:
      'allow-missing-template-keys dry-run field-manager output save-config show-managed-fields template ' + 'validate',
  },
  {
    path: 'create poddisruptionbudget',
    usage:
      'create poddisruptionbudget NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none] [options]',
    short: 'Create a pod disruption budget with the specified name',
    aliases: ['pdb'],
    flags:
      'allow-missing-template-keys dry-run field-manager max-unavailable min-available output save-config ' +
      'selector show-managed-fields template validate',
  },
  {
    path: 'create priorityclass',
    usage: 'create priorityclass NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none] [options]',
    short: 'Create a priority class with the specified name',
    aliases: ['pc'],
    flags:
      'allow-missing-template-keys description dry-run field-manager global-default output preemption-policy ' +
      'save-config show-managed-fields template validate value',
  },
  {
    path: 'create quota',
    usage:
      'create quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none] [options]',
    short: 'Create a quota with the specified name',
    aliases: ['resourcequota'],
    flags:
      'allow-missing-template-keys dry-run field-manager hard output save-config scopes show-managed-fields ' +
      'template validate',
  },
  {
    path: 'create role',
    usage:
      'create role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none] [options]',
    short: 'Create a role with single rule',
    flags:
      'allow-missing-template-keys dry-run field-manager output resource resource-name save-config ' +
      'show-managed-fields template validate verb',
  },
  {
    path: 'create rolebinding',
    usage:
      'create rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none] [options]',
    short: 'Create a role binding for a particular role or cluster role',
    flags:
      'allow-missing-template-keys clusterrole dry-run field-manager group output role save-config ' +
      'serviceaccount show-managed-fields template user:array validate',
  },
  {
    path: 'create secret',
    usage: 'create secret (docker-registry | generic | tls) [options]',
    short: 'Create a secret using a specified subcommand',
  },
  {
    path: 'create secret docker-registry',
    usage:
      'create secret docker-registry NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none] [options]',
    short: 'Create a secret for use with a Docker registry',
    flags:
      'allow-missing-template-keys append-hash docker-email docker-password docker-server docker-username ' +
      'dry-run field-manager from-file output save-config show-managed-fields template validate',
  },
  {
    path: 'create secret generic',
    usage:
      'create secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none] [options]',
    short: 'Create a secret from a local file, directory, or literal value',
    flags:
      'allow-missing-template-keys append-hash dry-run field-manager from-env-file from-file from-literal ' +
      'output save-config show-managed-fields template type@create.secret.generic validate',
  },
  {
    path: 'create secret tls',
    usage:
      'create secret tls NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none] [options]',
    short: 'Create a TLS secret',
    flags:
      'allow-missing-template-keys append-hash cert dry-run field-manager key output save-config ' +
      'show-managed-fields template validate',
  },
  {
    path: 'create service',
    usage: 'create service [flags] [options]',
    short: 'Create a service using a specified subcommand',
    aliases: ['svc'],
  },
  {
    path: 'create service clusterip',
    usage: 'create service clusterip NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none] [options]',
    short: 'Create a ClusterIP service',
    flags:
      'allow-missing-template-keys clusterip dry-run field-manager output save-config show-managed-fields tcp ' +
      'template validate',
  },
  {
    path: 'create service externalname',
    usage: 'create service externalname NAME --external-name external.name [--dry-run=server|client|none] [options]',
    short: 'Create an ExternalName service',
    flags:
      'allow-missing-template-keys dry-run external-name field-manager output save-config show-managed-fields ' +
      'tcp template validate',
  },
  {
    path: 'create service loadbalancer',
    usage: 'create service loadbalancer NAME [--tcp=port:targetPort] [--dry-run=server|client|none] [options]',
    short: 'Create a LoadBalancer service',
    flags:
      'allow-missing-template-keys dry-run field-manager output save-config show-managed-fields tcp template ' +
      'validate',
  },
  {
    path: 'create service nodeport',
    usage: 'create service nodeport NAME [--tcp=port:targetPort] [--dry-run=server|client|none] [options]',
    short: 'Create a NodePort service',
    flags:
      'allow-missing-template-keys dry-run field-manager node-port output save-config show-managed-fields tcp ' +
      'template validate',
  },
  {
    path: 'create serviceaccount',
    usage: 'create serviceaccount NAME [--dry-run=server|client|none] [options]',
    short: 'Create a service account with the specified name',
    aliases: ['sa'],
    flags:
      'allow-missing-template-keys dry-run field-manager output save-config show-managed-fields template ' + 'validate',
  },
  {
    path: 'create token',
    usage: 'create token SERVICE_ACCOUNT_NAME [options]',
    short: 'Request a service account token',
    flags:
      'allow-missing-template-keys audience bound-object-kind bound-object-name bound-object-uid duration ' +
      'output show-managed-fields template',
  },
  {
    path: 'delete',
    usage: 'delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)]) [options]',
    short: 'Delete resources by file names, stdin, resources and names, or by resources and label selector',
    suggestFor: ['rm', 'remove'],
    flags:
      'all@delete all-namespaces cascade dry-run field-selector filename force grace-period ignore-not-found ' +
      'interactive kustomize now output@delete raw recursive selector:l timeout@delete wait=true',
  },
  {
    path: 'edit',
    usage: 'edit (RESOURCE/NAME | -f FILENAME) [options]',
    short: 'Edit a resource on the server',
    flags:
      'allow-missing-template-keys field-manager=kubectl-edit filename kustomize output output-patch record ' +
      'recursive save-config show-managed-fields subresource template validate windows-line-endings',
  },
  {
    path: 'explain',
    usage:
      'explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2] [options]',
    short: 'Get documentation for a resource',
    flags: 'api-version output@explain recursive@explain',
  },
  {
    path: 'expose',
    usage:
      'expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type] [options]',
    short: 'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
    flags:
      'allow-missing-template-keys cluster-ip dry-run external-ip field-manager=kubectl-expose filename ' +
      'kustomize labels load-balancer-ip name output override-type overrides port protocol record recursive ' +
      'save-config selector session-affinity show-managed-fields target-port template type@expose',
  },
  {
    path: 'get',
    usage:
      'get [(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags] [options]',
    short: 'Display one or many resources',
    suggestFor: ['list', 'ls'],
    flags:
      'all-namespaces allow-missing-template-keys chunk-size field-selector filename ignore-not-found kustomize ' +
      'label-columns no-headers output@get output-watch-events raw recursive selector:l server-print show-kind ' +
      'show-labels show-managed-fields sort-by@get subresource template watch watch-only',
  },
  {
    path: 'run',
    usage:
      'run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...] [options]',
    short: 'Run a particular image on the cluster',
    flags:
      'allow-missing-template-keys annotations attach cascade command:bool detach-keys dry-run env expose ' +
      'field-manager=kubectl-run filename force grace-period image image-pull-policy kustomize labels ' +
      'leave-stdin-open output override-type overrides pod-running-timeout port privileged quiet record ' +
      'recursive restart rm save-config show-managed-fields stdin@run template timeout tty@run wait',
  },
  {
    path: 'set',
    usage: 'set SUBCOMMAND [options]',
    short: 'Set specific features on objects',
  },
  {
    path: 'set env',
    usage: 'set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N [options]',
    short: 'Update environment variables on a pod template',
    flags:
      'all allow-missing-template-keys containers dry-run env:e field-manager=kubectl-set filename from keys ' +
      'kustomize list local output overwrite@set.env prefix recursive resolve selector:l show-managed-fields ' +
      'template',
  },
  {
    path: 'set image',
    usage:
      'set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N [options]',
    short: 'Update the image of a pod template',
    flags:
      'all allow-missing-template-keys dry-run field-manager=kubectl-set filename kustomize local output record ' +
      'recursive selector:l show-managed-fields template',
  },
  {
    path: 'set resources',
    usage: 'set resources (-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS] [options]',
    short: 'Update resource requests/limits on objects with pod templates',
    flags:
      'all allow-missing-template-keys containers dry-run field-manager=kubectl-set filename kustomize limits ' +
      'local output record recursive requests selector:l show-managed-fields template',
  },
  {
    path: 'set selector',
    usage: 'set selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version] [options]',
    short: 'Set the selector on a resource',
    flags:
      'all allow-missing-template-keys dry-run field-manager=kubectl-set filename local output record ' +
      'recursive=true resource-version show-managed-fields template',
  },
  {
    path: 'set serviceaccount',
    usage: 'set serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT [options]',
    short: 'Update the service account of a resource',
    aliases: ['sa'],
    flags:
      'all allow-missing-template-keys dry-run field-manager=kubectl-set filename kustomize local output record ' +
      'recursive show-managed-fields template',
  },
  {
    path: 'set subject',
    usage:
      'set subject (-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none] [options]',
    short: 'Update the user, group, or service account in a role binding or cluster role binding',
    flags:
      'all allow-missing-template-keys dry-run field-manager=kubectl-set filename group kustomize local output ' +
      'recursive selector:l serviceaccount show-managed-fields template user:array',
  },
];

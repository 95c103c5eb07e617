// `kubectl create` and its generators.

import type { Command } from '../../command.ts';
import { createClusterRoleBinding, createRoleBinding } from './binding.ts';
import { createConfigMap } from './configmap.ts';
import { create } from './create.ts';
import { createCronJob } from './cronjob.ts';
import { createDeployment } from './deployment.ts';
import { createIngress } from './ingress.ts';
import { createJob } from './job.ts';
import { createNamespace } from './namespace.ts';
import { createPodDisruptionBudget } from './poddisruptionbudget.ts';
import { createPriorityClass } from './priorityclass.ts';
import { createQuota } from './quota.ts';
import { createClusterRole, createRole } from './role.ts';
import { createSecretDockerRegistry, createSecretGeneric, createSecretTls } from './secret.ts';
import { createServices } from './service.ts';
import { createServiceAccount } from './serviceaccount.ts';
import { createToken } from './token.ts';

export const createCommands: readonly Command[] = [
  create,
  createClusterRole,
  createClusterRoleBinding,
  createConfigMap,
  createCronJob,
  createDeployment,
  createIngress,
  createJob,
  createNamespace,
  createPodDisruptionBudget,
  createPriorityClass,
  createQuota,
  createRole,
  createRoleBinding,
  createSecretDockerRegistry,
  createSecretGeneric,
  createSecretTls,
  createServiceAccount,
  createToken,
  ...createServices,
];

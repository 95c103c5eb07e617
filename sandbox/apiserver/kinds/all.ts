// The built-in kinds that have rules of their own, one file each.

import type { Kind } from '../kind.ts';
import { configMaps } from './configmap.ts';
import { endpoints } from './endpoints.ts';
import { events } from './event.ts';
import { limitRanges } from './limitrange.ts';
import { namespaces } from './namespace.ts';
import { nodes } from './node.ts';
import { pods } from './pod.ts';
import { podTemplates } from './podtemplate.ts';
import { replicationControllers } from './replicationcontroller.ts';
import { resourceQuotas } from './resourcequota.ts';
import { secrets } from './secret.ts';
import { services } from './service.ts';
import { serviceAccounts } from './serviceaccount.ts';

export const KINDS: readonly Kind[] = [
  namespaces,
  configMaps,
  secrets,
  pods,
  services,
  serviceAccounts,
  events,
  endpoints,
  podTemplates,
  replicationControllers,
  limitRanges,
  nodes,
  resourceQuotas,
];

// All recorded formats. The order decides where one recording would be recognised by two.

import type { Format } from './format.ts';
import { bootstrap } from './formats/bootstrap.ts';
import { commands } from './formats/commands.ts';
import { controllers } from './formats/controllers.ts';
import { defaults } from './formats/defaults.ts';
import { aggregatedDiscovery, legacyDiscovery, resources, tables } from './formats/discovery.ts';
import { http } from './formats/http.ts';
import { kubectl } from './formats/kubectl.ts';
import { metrics } from './formats/metrics.ts';
import { messages, vectors } from './formats/protobuf.ts';
import { requests } from './formats/requests.ts';
import { scheduler } from './formats/scheduler.ts';
import { openapiStructure, openapiV3, schemaExtensions } from './formats/schema.ts';
import { timelines } from './formats/timelines.ts';

export const formats: readonly Format[] = [
  requests,
  vectors,
  messages,
  defaults,
  resources,
  tables,
  legacyDiscovery,
  aggregatedDiscovery,
  openapiStructure,
  schemaExtensions,
  openapiV3,
  metrics,
  commands,
  bootstrap,
  timelines,
  kubectl,
  scheduler,
  controllers,
  http,
];

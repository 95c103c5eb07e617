// APIService: who serves one version of one group. Those of the server itself are always available.

import { invalid, required } from '../../kube/fielderrors.ts';
import { quote } from '../../kube/go/text.ts';
import { dns1035Label, dns1123Subdomain, pathSegmentName } from '../../kube/names.ts';
import { APIServices } from '../../schema/generated/resources.ts';
import type { V1APIService, V1APIServiceSpec } from '../../schema/generated/types.ts';
import { rfc3339 } from '../../time/units.ts';
import { defineKind, type KindContext } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { bytesIn } from './shared/bytes.ts';
import { type Errors, neededText, problemsOf } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';
import { keepStatus } from './shared/metaparts.ts';
import { statusPart } from './shared/statuspart.ts';

const GROUP_MAX = 20_000;
const VERSION_MAX = 1000;

export const apiServices = defineKind<V1APIService>({
  type: APIServices,
  strategy: {
    defaults: withPort,
    prepareCreate: fresh,
    prepareUpdate: keepStatus,
    validate: errors,
    validateUpdate: updateErrors,
    unconditionalUpdate: false,
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({ validateUpdate: updateErrors }),
  },
  columns: [
    nameColumn(),
    text('Service', ({ spec }) =>
      spec?.service === undefined ? 'Local' : `${spec.service.namespace ?? ''}/${spec.service.name ?? ''}`,
    ),
    text('Available', availability),
    ageColumn(),
  ],
});

function withPort(service: V1APIService): V1APIService {
  const { spec } = service;
  if (spec?.service === undefined || spec.service.port !== undefined) return service;
  return { ...service, spec: { ...spec, service: { ...spec.service, port: 443 } } };
}

function fresh(service: V1APIService, context: KindContext): V1APIService {
  if (service.spec?.service !== undefined) return { ...service, status: {} };
  const available = {
    type: 'Available',
    status: 'True',
    lastTransitionTime: rfc3339(context.now()),
    reason: 'Local',
    message: 'Local APIServices are always available',
  };
  return { ...service, status: { conditions: [available] } };
}

function availability({ status }: V1APIService): string {
  const found = (status?.conditions ?? []).find(({ type }) => type === 'Available');
  if (found === undefined) return 'Unknown';
  return found.status === 'True' ? 'True' : `${found.status} (${found.reason ?? ''})`;
}

function* updateErrors(next: V1APIService, current: V1APIService): Errors {
  yield* metaUpdateErrors(next, current);
  yield* errors(next);
}

function* errors(service: V1APIService): Errors {
  const { spec = { groupPriorityMinimum: 0, versionPriority: 0 } } = service;
  const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0 } = spec;
  const needed = `${version}.${group}`;
  yield* metaErrors(service, {
    namespaced: false,
    name: (name) => {
      const problems = pathSegmentName(name);
      return problems.length > 0 || name === needed
        ? problems
        : [`must be \`spec.version+"."+spec.group\`: ${quote(needed)}`];
    },
  });
  if (group === '' && version !== 'v1') {
    yield required('spec.group', 'only v1 may have an empty group and it better be legacy kube');
  }
  if (group !== '') yield* problemsOf('spec.group', group, dns1123Subdomain(group));
  yield* problemsOf('spec.version', version, dns1035Label(version));
  yield* priority('spec.groupPriorityMinimum', groupPriorityMinimum, GROUP_MAX);
  yield* priority('spec.versionPriority', versionPriority, VERSION_MAX);
  yield* backendErrors(spec);
}

function* priority(field: string, value: number, max: number): Errors {
  if (value <= 0 || value > max) yield invalid(field, value, `must be positive and less than ${max}`);
}

function* backendErrors({ service, caBundle = '', insecureSkipTLSVerify = false }: V1APIServiceSpec): Errors {
  const skips = 'spec.insecureSkipTLSVerify';
  if (service === undefined) {
    if (caBundle !== '') {
      yield invalid('spec.caBundle', `${bytesIn(caBundle)} bytes`, 'local APIServices may not have a caBundle');
    }
    if (insecureSkipTLSVerify) yield invalid(skips, true, 'local APIServices may not have insecureSkipTLSVerify');
    return;
  }
  const { namespace, name, port } = service;
  yield* neededText('spec.service.namespace', namespace);
  yield* neededText('spec.service.name', name);
  if (port !== undefined && (port < 1 || port > 65_535)) {
    yield invalid('spec.service.port', port, 'port is not valid: must be between 1 and 65535, inclusive');
  }
  if (insecureSkipTLSVerify && caBundle !== '') yield invalid(skips, true, 'may not be true if caBundle is present');
}

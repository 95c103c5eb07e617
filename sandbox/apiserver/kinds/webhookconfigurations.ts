// Configurations of admission webhooks: who outside the server is asked about which writes.

import { at, duplicate, invalid, required } from '../../kube/fielderrors.ts';
import { dns1035Label, dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { labelSelectorErrors } from '../../kube/selectors/labelrules.ts';
import { MutatingWebhookConfigurations, ValidatingWebhookConfigurations } from '../../schema/generated/resources.ts';
import type {
  V1MutatingWebhook,
  V1MutatingWebhookConfiguration,
  V1ValidatingWebhook,
  V1ValidatingWebhookConfiguration,
} from '../../schema/generated/types.ts';
import { type Column, defineKind, type Strategy } from '../kind.ts';
import { plainMetaErrors, plainMetaUpdateErrors } from '../metadata.ts';
import { type Errors, eachItem, oneOf, problemsOf } from './shared/checks.ts';
import { ageColumn, integer, nameColumn } from './shared/columns.ts';
import { constants, type DefaultsTable, defaulter } from './shared/defaults.ts';
import { raiseGenerationFor, withGeneration } from './shared/metaparts.ts';
import { webhookClient } from './shared/webhookclients.ts';
import { conditionErrors } from './webhooks/conditions.ts';
import { ruleErrors } from './webhooks/rules.ts';

type Configuration = V1ValidatingWebhookConfiguration | V1MutatingWebhookConfiguration;
type Webhook = V1ValidatingWebhook | V1MutatingWebhook;

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };
const POLICIES = ['Fail', 'Ignore'];
const MATCHES = ['Equivalent', 'Exact'];
const REINVOCATIONS = ['IfNeeded', 'Never'];
const REVIEWS = ['v1', 'v1beta1'];
const SIDE_EFFECTS = ['None', 'NoneOnDryRun'];

const HOOK = {
  failurePolicy: 'Fail',
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
};

const DEFAULTS: DefaultsTable = new Map([
  constants('admissionregistration.v1.ValidatingWebhook', HOOK),
  constants('admissionregistration.v1.MutatingWebhook', { ...HOOK, reinvocationPolicy: 'Never' }),
  constants('admissionregistration.v1.RuleWithOperations', { scope: '*' }),
  constants('admissionregistration.v1.ServiceReference', { port: 443 }),
]);

const columns: readonly Column<Configuration>[] = [
  nameColumn(),
  integer('Webhooks', ({ webhooks = [] }) => webhooks.length),
  ageColumn(),
];

export const validatingWebhookConfigurations = defineKind<V1ValidatingWebhookConfiguration>({
  type: ValidatingWebhookConfigurations,
  strategy: strategy('admissionregistration.v1.ValidatingWebhookConfiguration'),
  columns,
});

export const mutatingWebhookConfigurations = defineKind<V1MutatingWebhookConfiguration>({
  type: MutatingWebhookConfigurations,
  strategy: strategy('admissionregistration.v1.MutatingWebhookConfiguration'),
  columns,
});

function strategy<T extends Configuration>(definition: string): Strategy<T> {
  return {
    unconditionalUpdate: false,
    defaults: defaulter<T>(definition, DEFAULTS),
    prepareCreate: (configuration) => withGeneration(configuration, 1),
    prepareUpdate: (next, current) => raiseGenerationFor('webhooks', next, current),
    validate: errors,
    validateUpdate: function* (next, current) {
      yield* plainMetaUpdateErrors(next, current);
      yield* errors(next);
    },
  };
}

function* errors(configuration: Configuration): Errors {
  yield* plainMetaErrors(configuration, NAMED);
  const webhooks: readonly Webhook[] = configuration.webhooks ?? [];
  const names = new Set<string>();
  yield* eachItem(webhooks, 'webhooks', function* (webhook, field) {
    yield* webhookErrors(webhook, field);
    yield* reviewErrors(webhook.admissionReviewVersions ?? [], at(field, 'admissionReviewVersions'));
    if (names.has(webhook.name)) yield duplicate(at(field, 'name'), webhook.name);
    if ((webhook.name ?? '') !== '') names.add(webhook.name);
  });
}

function* webhookErrors(webhook: Webhook, field: string): Errors {
  const { name = '', rules, failurePolicy, matchPolicy, sideEffects, timeoutSeconds } = webhook;
  yield* domainErrors(name, at(field, 'name'));
  yield* eachItem(rules, at(field, 'rules'), ruleErrors);
  yield* oneOf(at(field, 'failurePolicy'), failurePolicy, POLICIES);
  yield* oneOf(at(field, 'matchPolicy'), matchPolicy, MATCHES);
  if ((sideEffects ?? '') === '')
    yield required(at(field, 'sideEffects'), `must specify one of ${SIDE_EFFECTS.join(', ')}`);
  else yield* oneOf(at(field, 'sideEffects'), sideEffects, SIDE_EFFECTS);
  if (timeoutSeconds !== undefined && (timeoutSeconds < 1 || timeoutSeconds > 30)) {
    yield invalid(at(field, 'timeoutSeconds'), timeoutSeconds, 'the timeout value must be between 1 and 30 seconds');
  }
  yield* labelSelectorErrors(at(field, 'namespaceSelector'), webhook.namespaceSelector);
  yield* labelSelectorErrors(at(field, 'objectSelector'), webhook.objectSelector);
  if ('reinvocationPolicy' in webhook) {
    yield* oneOf(at(field, 'reinvocationPolicy'), webhook.reinvocationPolicy, REINVOCATIONS);
  }
  yield* webhookClient(webhook.clientConfig, at(field, 'clientConfig'));
  yield* conditionErrors(webhook.matchConditions ?? [], at(field, 'matchConditions'), { authorizer: true });
}

function* domainErrors(name: string, field: string): Errors {
  const problems = dns1123Subdomain(name);
  if (name === '') yield required(field);
  else if (problems.length > 0) yield invalid(field, name, problems.join(','));
  else if (name.split('.').length < 3) {
    yield invalid(field, name, 'should be a domain with at least three segments separated by dots');
  }
}

function* reviewErrors(versions: readonly string[], field: string): Errors {
  if (versions.length === 0) {
    yield required(field, `must specify one of ${REVIEWS.join(', ')}`);
    return;
  }
  for (const [i, version] of versions.entries()) {
    if (versions.indexOf(version) < i) yield invalid(at(field, i), version, 'duplicate version');
    else yield* problemsOf(at(field, i), version, dns1035Label(version));
  }
  if (!versions.some((version) => REVIEWS.includes(version))) {
    yield invalid(field, [...versions], `must include at least one of ${REVIEWS.join(', ')}`);
  }
}

// PriorityLevelConfiguration: how many requests of a level are served at a time, and what becomes of the others.

import { at, forbiddenField, invalid, required, shownAsJson } from '../../kube/fielderrors.ts';
import { own } from '../../kube/json.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { PriorityLevelConfigurations } from '../../schema/generated/resources.ts';
import type {
  V1ExemptPriorityLevelConfiguration,
  V1LimitedPriorityLevelConfiguration,
  V1LimitResponse,
  V1PriorityLevelConfiguration,
  V1QueuingConfiguration,
} from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors } from '../metadata.ts';
import { conditionErrors, fixedSpec, keptInParts } from './flowcontrol/shared.ts';
import { type Errors, neededOneOf } from './shared/checks.ts';
import { ageColumn, NONE, nameColumn, text } from './shared/columns.ts';
import { constants, defaulter, forType } from './shared/defaults.ts';

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };
const ROUND_TRIP = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares';
const EXEMPT = 'Exempt';
const QUEUES_MAX = 10_000_000;
/** Of the hash by which requests are dealt to queues. */
const HASH_BITS_MAX = 60;
const NOT_NEGATIVE = 'must be a non-negative integer';
const PERCENT = 'must be between 0 and 100, inclusive';

const QUEUING = { handSize: 8, queues: 64, queueLengthLimit: 50 };

const defaults = defaulter<V1PriorityLevelConfiguration>(
  'flowcontrol.v1.PriorityLevelConfiguration',
  new Map([
    constants('flowcontrol.v1.ExemptPriorityLevelConfiguration', { nominalConcurrencyShares: 0, lendablePercent: 0 }),
    constants('flowcontrol.v1.LimitedPriorityLevelConfiguration', { nominalConcurrencyShares: 30, lendablePercent: 0 }),
    forType<V1QueuingConfiguration>(
      'flowcontrol.v1.QueuingConfiguration',
      ({ queues, handSize, queueLengthLimit }) => ({
        queues: orDefault(queues, QUEUING.queues),
        handSize: orDefault(handSize, QUEUING.handSize),
        queueLengthLimit: orDefault(queueLengthLimit, QUEUING.queueLengthLimit),
      }),
    ),
  ]),
);

function orDefault(value: number | undefined, otherwise: number): number {
  return (value ?? 0) === 0 ? otherwise : (value ?? 0);
}

export const priorityLevelConfigurations = defineKind<V1PriorityLevelConfiguration>({
  type: PriorityLevelConfigurations,
  ...keptInParts<V1PriorityLevelConfiguration>(defaults, errors),
  columns: [
    nameColumn(),
    text('Type', ({ spec }) => spec?.type ?? ''),
    text('NominalConcurrencyShares', ({ spec }) => shown(spec?.limited?.nominalConcurrencyShares)),
    ...(['queues', 'handSize', 'queueLengthLimit'] as const).map((key) =>
      text<V1PriorityLevelConfiguration>(`${key.charAt(0).toUpperCase()}${key.slice(1)}`, ({ spec }) =>
        shown(spec?.limited?.limitResponse?.queuing?.[key]),
      ),
    ),
    ageColumn(),
  ],
});

function shown(value: number | null | undefined): number | string {
  return value ?? NONE;
}

function* errors(level: V1PriorityLevelConfiguration): Errors {
  yield* metaErrors(level, NAMED);
  if (own(level.metadata?.annotations, ROUND_TRIP) !== undefined) {
    yield forbiddenField('metadata.annotations', `annotation '${ROUND_TRIP}' is forbidden`);
  }
  yield* specErrors(level);
  yield* fixedSpec(level, level.metadata?.name === 'exempt' ? 'exempt' : undefined);
  yield* conditionErrors(level.status?.conditions);
}

function* specErrors({ metadata, spec }: V1PriorityLevelConfiguration): Errors {
  const { type = '', limited, exempt } = spec ?? {};
  if ((metadata?.name === 'exempt') !== (type === EXEMPT)) {
    yield invalid('spec.type', shownAsJson(type), "must be 'Exempt' if and only if `name` is 'exempt'");
  }
  if (type === EXEMPT) {
    if (limited !== undefined) yield forbiddenField('spec.limited', 'must be nil if the type is not Limited');
    if (exempt !== undefined) yield* shareErrors(exempt, 'spec.exempt');
    if (exempt !== undefined) yield* lendableErrors(exempt, 'spec.exempt');
  } else if (type === 'Limited') {
    if (exempt !== undefined) yield forbiddenField('spec.exempt', 'must be nil if the type is Limited');
    if (limited === undefined) yield required('spec.limited', 'must not be empty when type is Limited');
    else yield* limitedErrors(limited, 'spec.limited');
  } else yield* neededOneOf('spec.type', type, ['Exempt', 'Limited']);
}

type Shares = V1ExemptPriorityLevelConfiguration | V1LimitedPriorityLevelConfiguration;

function* shareErrors({ nominalConcurrencyShares }: Shares, field: string): Errors {
  const shares = nominalConcurrencyShares ?? 0;
  if (shares < 0) yield invalid(at(field, 'nominalConcurrencyShares'), shares, NOT_NEGATIVE);
}

function* lendableErrors({ lendablePercent: percent = 0 }: Shares, field: string): Errors {
  if (percent < 0 || percent > 100) yield invalid(at(field, 'lendablePercent'), percent, PERCENT);
}

function* limitedErrors(limited: V1LimitedPriorityLevelConfiguration, field: string): Errors {
  yield* shareErrors(limited, field);
  yield* responseErrors(limited.limitResponse, at(field, 'limitResponse'));
  yield* lendableErrors(limited, field);
  const { borrowingLimitPercent: percent = 0 } = limited;
  if (percent < 0) yield invalid(at(field, 'borrowingLimitPercent'), percent, `if specified, ${NOT_NEGATIVE}`);
}

function* responseErrors(response: V1LimitResponse | undefined, field: string): Errors {
  const { type = '', queuing } = response ?? {};
  const here = at(field, 'queuing');
  if (type === 'Reject') {
    if (queuing !== undefined) yield forbiddenField(here, 'must be nil if limited.limitResponse.type is not Limited');
  } else if (type === 'Queue') {
    if (queuing === undefined) yield required(here, 'must not be empty if limited.limitResponse.type is Limited');
    else yield* queuingErrors(queuing, here);
  } else yield* neededOneOf(at(field, 'type'), type, ['Queue', 'Reject']);
}

function* queuingErrors(
  { queues = 0, handSize = 0, queueLengthLimit = 0 }: V1QueuingConfiguration,
  field: string,
): Errors {
  const positive = 'must be positive';
  if (queueLengthLimit <= 0) yield invalid(at(field, 'queueLengthLimit'), queueLengthLimit, positive);
  if (queues <= 0) yield invalid(at(field, 'queues'), queues, positive);
  else if (queues > QUEUES_MAX) yield invalid(at(field, 'queues'), queues, `must not be greater than ${QUEUES_MAX}`);
  const bits = Math.ceil(Math.log2(queues) * handSize);
  const why =
    handSize <= 0
      ? positive
      : handSize > queues
        ? `should not be greater than queues (${queues})`
        : bits > HASH_BITS_MAX
          ? `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS_MAX}`
          : undefined;
  if (why !== undefined) yield invalid(at(field, 'handSize'), handSize, why);
}

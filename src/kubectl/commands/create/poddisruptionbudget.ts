// kubectl create poddisruptionbudget

import { quote } from '../../../../sandbox/kube/go/text.ts';
import { parseLabelSelector } from '../../../../sandbox/kube/selectors/labelselectorparser.ts';
import { PodDisruptionBudgets } from '../../../../sandbox/schema/generated/resources.ts';
import type { V1LabelSelector, V1LabelSelectorRequirement } from '../../../../sandbox/schema/generated/types.ts';
import type { Call } from '../../call.ts';
import { asError } from '../../errors.ts';
import { generator } from './generator.ts';

export const createPodDisruptionBudget = generator({
  path: 'create poddisruptionbudget',
  type: PodDisruptionBudgets,
  failure: 'failed to create poddisruptionbudgets:',
  long: 'Create a pod disruption budget with the given name: how many pods of those selected must stay while others are moved away.',
  examples: `
# At least one pod with app=web stays
kubectl create poddisruptionbudget web --selector=app=web --min-available=1

# Half of them
kubectl create pdb web --selector=app=web --min-available=50%`,
  *validate(call, { name }) {
    if (name === '') throw new Error('name must be specified');
    confirmFlags(call);
  },
  *make({ flags }, { name, placed }) {
    const [minAvailable, maxUnavailable] = [flags.string('min-available'), flags.string('max-unavailable')];
    return {
      metadata: { name, ...placed },
      spec: {
        selector: selectorOf(flags.string('selector')),
        ...(minAvailable === '' ? { maxUnavailable: amount(maxUnavailable) } : { minAvailable: amount(minAvailable) }),
      },
    };
  },
});

const AMOUNT = /^[0-9]+%?$/;

function confirmFlags({ flags }: Call): void {
  const [minAvailable, maxUnavailable] = [flags.string('min-available'), flags.string('max-unavailable')];
  if (flags.string('selector') === '') throw new Error('a selector must be specified');
  if (maxUnavailable === '' && minAvailable === '') {
    throw new Error('one of min-available or max-unavailable must be specified');
  }
  if (maxUnavailable !== '' && minAvailable !== '') {
    throw new Error('min-available and max-unavailable cannot be both specified');
  }
  if (minAvailable !== '' && !AMOUNT.test(minAvailable)) throw new Error('invalid format specified for min-available');
  if (maxUnavailable !== '' && !AMOUNT.test(maxUnavailable)) {
    throw new Error('invalid format specified for max-unavailable');
  }
}

/** A number as a number, unless it is too big for one. */
function amount(text: string): number | string {
  return text.endsWith('%') || Number(text) >= 2 ** 31 ? text : Number(text);
}

const OPERATORS = new Map([
  ['in', 'In'],
  ['notin', 'NotIn'],
  ['exists', 'Exists'],
  ['!', 'DoesNotExist'],
]);

/** `app=web,tier in (a,b)` as the API has selectors of labels. */
function selectorOf(text: string): V1LabelSelector {
  const labels = new Map<string, string>();
  const matchExpressions: V1LabelSelectorRequirement[] = [];
  for (const { key, operator, values } of requirementsIn(text)) {
    if (operator === '=' || operator === '==') {
      labels.set(key, values[0] ?? '');
      continue;
    }
    const apiOperator = OPERATORS.get(operator);
    if (apiOperator === undefined) throw unsupported(operator);
    matchExpressions.push({
      key,
      operator: apiOperator,
      ...(values.length === 0 ? {} : { values: [...values].sort() }),
    });
  }
  return { matchLabels: Object.fromEntries(labels), matchExpressions };
}

function requirementsIn(text: string): Exclude<ReturnType<typeof parseLabelSelector>, string> {
  try {
    const selector = parseLabelSelector(text);
    return selector === 'nothing' ? [] : selector;
  } catch (error) {
    throw new Error(`couldn't parse the selector string "${text}": ${asError(error).message}`);
  }
}

function unsupported(operator: string): Error {
  if (operator === '>' || operator === '<') {
    return new Error(`${quote(operator === '>' ? 'gt' : 'lt')} isn't supported in label selectors`);
  }
  return new Error(`${quote(operator)} is not a valid label selector operator`);
}

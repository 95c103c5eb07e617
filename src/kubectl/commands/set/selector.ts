// kubectl set selector: which pods a service leads to.

import { quote } from '../../../../sandbox/kube/go/text.ts';
import { isObject, type JsonObject } from '../../../../sandbox/kube/json.ts';
import { parseLabelSelector } from '../../../../sandbox/kube/selectors/labelselectorparser.ts';
import type { LabelSelector } from '../../../../sandbox/kube/selectors/labelselectors.ts';
import type { Blocking } from '../../../../sandbox/machine/sys.ts';
import { command } from '../../command.ts';
import { asError } from '../../errors.ts';
import { type Info, kindOf, objectOf, withMeta } from '../../resource/info.ts';
import type { Selected } from '../../resource/selection.ts';
import { recorded } from '../shared/record.ts';
import { applyChanges, type SetOptions, selectObjects, setOptions } from './patching.ts';

interface SelectorOptions extends SetOptions {
  readonly selector: LabelSelector;
  readonly selected: () => Selected;
}

export const setSelector = command<SelectorOptions>({
  path: 'set selector',
  long: `
Set the selector of a service. What it was before is gone.

Only labels can be asked for, each with one value. Selectors of other kinds never change.`,
  examples: `
# A service for the pods with two labels
kubectl create service clusterip web --clusterip=None -o yaml --dry-run=client | kubectl set selector --local -f - 'app=web,tier=front' -o yaml`,
  *complete(call) {
    const text = call.args.at(-1);
    if (text === undefined) throw new Error('one selector is required');
    const selector = selectorOf(text);
    // What is meant is asked before the format is looked at, but told after it.
    const selected = yield* settled(selectObjects(call, yield* call.namespace(), call.args.slice(0, -1)));
    const options = yield* setOptions(call, 'selector updated');
    return { ...options, selector, selected };
  },
  *run(options, call) {
    const version = call.flags.string('resource-version');
    const change = function* (info: Info) {
      if (kindOf(info).kind !== 'Service') throw new Error('setting a selector is only supported for Services');
      const object = version === '' ? objectOf(info) : withMeta(objectOf(info), 'resourceVersion', version);
      if (version !== '') info.object = withMeta(objectOf(info), 'resourceVersion', undefined);
      const spec = isObject(object['spec']) ? object['spec'] : {};
      return recorded(call, { ...object, spec: { ...spec, selector: labelsOf(options.selector) } });
    };
    yield* options
      .selected()
      .visit((info) => applyChanges(call, options, [info], { change, failure: '', sendsAll: true }));
  },
});

/** What came of something, to be had later: its result, or the error thrown again. */
function* settled<T>(what: Blocking<T>): Blocking<() => T> {
  try {
    const result = yield* what;
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function selectorOf(text: string): LabelSelector {
  let selector: LabelSelector;
  try {
    selector = parseLabelSelector(text);
  } catch (error) {
    throw new Error(`couldn't parse the selector string ${quote(text)}: ${asError(error).message}`);
  }
  const unknown = typeof selector === 'string' ? undefined : selector.find(({ operator }) => !isKnown(operator));
  if (unknown !== undefined) throw new Error(`"${unknown.operator}" is not a valid label selector operator`);
  return selector;
}

const OPERATORS: ReadonlyMap<string, string> = new Map([
  ['in', 'In'],
  ['notin', 'NotIn'],
  ['exists', 'Exists'],
  ['!', 'DoesNotExist'],
]);

const isKnown = (operator: string): boolean => operator === '=' || operator === '==' || OPERATORS.has(operator);

/** A selector as labels; throws where it asks for more than that. */
function labelsOf(selector: LabelSelector): JsonObject {
  const requirements = typeof selector === 'string' ? [] : selector;
  const labels = new Map<string, string>();
  const expressions: string[] = [];
  for (const { key, operator, values } of requirements) {
    const named = OPERATORS.get(operator);
    if (named === undefined) labels.set(key, values[0] ?? '');
    else expressions.push(`{${key} ${named} [${values.join(' ')}]}`);
  }
  if (expressions.length > 0) {
    throw new Error(`match expression [${expressions.join(' ')}] not supported on this object`);
  }
  return Object.fromEntries(labels);
}

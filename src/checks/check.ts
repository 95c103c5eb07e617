// Checks: what they are once they have been read. `format.ts` reads them; `judge.ts` answers them.

import type { JsonObject, JsonValue } from '../../sandbox/kube/json.ts';
import type { Localized } from '../i18n/language.ts';
import type { Deed } from '../session/deeds.ts';

/** Which objects. Without a name and a selector: all of the kind in the namespace. */
export interface Selection {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name?: string;
  /** `default` unless given; `*` means all. */
  readonly namespace?: string;
  readonly selector?: string;
  /** Of several clusters another than the one on which the check is judged; only for named objects. */
  readonly cluster?: string;
}

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** What `kubectl wait --for` takes. */
export type Condition =
  | { readonly type: 'condition'; readonly name: string; readonly status: string }
  | { readonly type: 'jsonpath'; readonly path: string; readonly value: string | undefined };

interface Common {
  /** Its place in the lesson: names what is remembered of it. */
  readonly at: string;
  /** What it expects, in the author's words. */
  readonly says?: Localized;
}

export interface StateCheck extends Common {
  readonly kind: 'state';
  readonly select?: Selection;
  /** What each selected object has to have. */
  readonly match?: JsonObject;
  readonly count?: Range;
  readonly absent: boolean;
  readonly condition?: Condition;
  /** Over `object`, each selected one in turn, and over what `objects` names. */
  readonly cel?: string;
  readonly objects: ReadonlyMap<string, Selection>;
}

export interface SettledCheck extends Common {
  readonly kind: 'settled';
  readonly for: number;
  readonly check: Check;
}

export interface SeenCheck extends Common {
  readonly kind: 'seen';
  readonly check: StateCheck;
  /** What later expressions call the object that was seen. */
  readonly as?: string;
  readonly which: 'first' | 'last';
  /** How many different objects it was seen on. */
  readonly times: number;
}

export interface AnswerCheck extends Common {
  readonly kind: 'answer';
  readonly name: string;
  /** Its value is what the answer should be. */
  readonly cel: string;
  readonly objects: ReadonlyMap<string, Selection>;
}

export interface LogsCheck extends Common {
  readonly kind: 'logs';
  readonly pod: string;
  readonly namespace: string;
  readonly container?: string;
  readonly previous: boolean;
  readonly contains: string;
}

/** From where a request is sent. From outside of the cluster is where the workstation stands. */
export type Origin =
  | { readonly kind: 'workstation' }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'pod'; readonly name: string; readonly namespace: string; readonly container?: string };

export interface RequestCheck extends Common {
  readonly kind: 'request';
  readonly from: Origin;
  readonly url: string;
  readonly post?: string;
  readonly times: number;
  /** How many may fail. */
  readonly failures: number;
  /** Cluster time between two requests, in milliseconds. */
  readonly every: number;
  readonly contains?: string;
  /** The HTTP status that every answer has to have; any good one unless given. */
  readonly status?: number;
  readonly headers: ReadonlyMap<string, string>;
  /** How many different Pods have to answer, told by the text that follows this one in what they answer. */
  readonly pods?: number;
  readonly podLabel: string;
  /** How far apart the shares of the Pods may lie, in percent of all answers. */
  readonly evenly?: number;
  /** What part of the answers has a text, in percent. */
  readonly share?: { readonly text: string; readonly percent: Range };
}

export interface ExecCheck extends Common {
  readonly kind: 'exec';
  readonly run: string;
  readonly status: number;
  readonly contains?: string;
}

export interface WorkstationCheck extends Common {
  readonly kind: 'workstation';
  /** Below the home folder. */
  readonly file: string;
  readonly contains?: string;
  readonly yaml?: JsonValue;
}

export interface UnchangedCheck extends Common {
  readonly kind: 'unchanged';
  readonly select: Selection;
}

/** Something that happens to a copy of the cluster. */
export type Act =
  /** A command line, run to its end. */
  | { readonly kind: 'exec'; readonly run: string }
  /** A command line that goes on beside what follows. */
  | { readonly kind: 'start'; readonly run: string }
  | { readonly kind: 'advance'; readonly ms: number }
  /** What no API can do. */
  | { readonly kind: 'deed'; readonly deed: Deed };

/** Fails `failures` times at most while something happens. */
export interface ContinuityCheck extends Common {
  readonly kind: 'continuity';
  readonly during:
    | { readonly kind: 'rollout'; readonly select: Selection }
    | { readonly kind: 'acts'; readonly acts: readonly Act[]; readonly for: number };
  readonly check: RequestCheck | StateCheck;
  readonly failures: number;
  /** Cluster time between two looks, in milliseconds. */
  readonly every: number;
}

export interface CanCheck extends Common {
  readonly kind: 'can';
  /** A user, or `system:serviceaccount:NAMESPACE:NAME`. */
  readonly as: string;
  readonly groups: readonly string[];
  readonly verb: string;
  /** As `kubectl auth can-i` takes it: `pods`, `deployments.apps`, `pods/log`, `/healthz`. */
  readonly resource: string;
  readonly name?: string;
  /** `*` means all. */
  readonly namespace: string;
  readonly allowed: boolean;
}

export interface RefusedCheck extends Common {
  readonly kind: 'refused';
  readonly write: {
    readonly verb: 'create' | 'apply' | 'delete';
    readonly objects: readonly JsonObject[];
  };
  readonly as?: string;
  readonly groups: readonly string[];
  /** A part of what the refusal says. */
  readonly mentions?: string;
}

/** What the learner's program is put through, each part at its time. */
export interface ProgramEvent {
  /** Since the program was started, in milliseconds. */
  readonly at: number;
  readonly does: 'crash' | 'restart' | Act;
}

export interface ProgramCheck extends Common {
  readonly kind: 'program';
  readonly run: string;
  readonly events: readonly ProgramEvent[];
  /** How long it runs, in milliseconds. */
  readonly for: number;
  /** How many writes it may send, also those that are refused. */
  readonly writes?: Range;
  readonly check: Check;
}

export interface AttemptCheck extends Common {
  readonly kind: 'attempt';
  readonly outcome: 'refused' | 'warned';
  /** As the API names it: `Invalid`, `Forbidden`, `AlreadyExists`. */
  readonly reason?: string;
  /** Of the causes: `spec.selector`. */
  readonly field?: string;
  readonly mentions?: string;
  /** Of the object that was written. */
  readonly resource?: string;
  readonly name?: string;
}

export interface CauseCheck extends Common {
  readonly kind: 'cause';
  readonly select: Selection;
  /** A part of what the learner entered. */
  readonly entered?: string;
  /** A controller on the way. */
  readonly actor?: string;
}

export interface DisturbCheck extends Common {
  readonly kind: 'disturb';
  readonly acts: readonly Act[];
  readonly what?: Localized;
  readonly check: Check;
}

export interface WithinCheck extends Common {
  readonly kind: 'within';
  readonly ms: number;
  readonly check: Check;
}

/** Judged on another of the lesson's clusters. */
export interface OnCheck extends Common {
  readonly kind: 'on';
  readonly cluster: string;
  readonly check: Check;
}

export interface AllCheck extends Common {
  readonly kind: 'all';
  readonly checks: readonly Check[];
}

export interface AnyCheck extends Common {
  readonly kind: 'any';
  readonly checks: readonly Check[];
}

export interface NotCheck extends Common {
  readonly kind: 'not';
  readonly check: Check;
}

export type Check =
  | StateCheck
  | SettledCheck
  | SeenCheck
  | AnswerCheck
  | LogsCheck
  | RequestCheck
  | ExecCheck
  | WorkstationCheck
  | UnchangedCheck
  | DisturbCheck
  | ContinuityCheck
  | CanCheck
  | RefusedCheck
  | ProgramCheck
  | AttemptCheck
  | CauseCheck
  | WithinCheck
  | OnCheck
  | AllCheck
  | AnyCheck
  | NotCheck;

/** The checks inside of a check, itself first. */
export function* everyCheck(one: Check): Iterable<Check> {
  for (const [check] of everyCheckAt(one)) yield check;
}

/** The same, each with the cluster on which it is judged, where that is another than the first. */
export function* everyCheckAt(one: Check, cluster?: string): Iterable<readonly [Check, string | undefined]> {
  yield [one, cluster];
  const inside = one.kind === 'on' ? one.cluster : cluster;
  if ('checks' in one) for (const inner of one.checks) yield* everyCheckAt(inner, inside);
  if ('check' in one) yield* everyCheckAt(one.check, inside);
}

// Which standard a namespace's labels ask for: `pod-security.kubernetes.io/enforce: restricted`.

import { atKey, type FieldError, invalid } from '../../../kube/fielderrors.ts';
import { own } from '../../../kube/json.ts';

export type Level = 'privileged' | 'baseline' | 'restricted';

/** A standard as it was at a version; `minor` undefined is the latest. */
export interface Standard {
  readonly level: Level;
  readonly minor: number | undefined;
}

export interface Policy {
  /** Pods that violate it are refused. */
  readonly enforce: Standard;
  readonly audit: Standard;
  /** Whoever makes pods, or workloads, that violate it is warned. */
  readonly warn: Standard;
}

const LEVELS: readonly Level[] = ['privileged', 'baseline', 'restricted'];
const MODES = ['enforce', 'audit', 'warn'] as const;
const PREFIX = 'pod-security.kubernetes.io/';
const ANYTHING: Standard = { level: 'privileged', minor: undefined };
const NO_POLICY: Policy = { enforce: ANYTHING, audit: ANYTHING, warn: ANYTHING };

export function standardText({ level, minor }: Standard): string {
  return `${level}:${minor === undefined ? 'latest' : `v1.${minor}`}`;
}

export function isStricter(a: Level, b: Level): boolean {
  return LEVELS.indexOf(a) > LEVELS.indexOf(b);
}

export function isSameStandard(a: Standard, b: Standard): boolean {
  return a.level === b.level && a.minor === b.minor;
}

export interface ReadPolicy {
  readonly policy: Policy;
  readonly errors: readonly FieldError[];
}

type Labels = { readonly [key: string]: string | undefined } | undefined;

/** Labels that say nothing sensible are errors; enforcing then means the strictest, auditing and warning nothing. */
export function readPolicy(labels: Labels): ReadPolicy {
  if (labels === undefined || !hasPolicy(labels)) return { policy: NO_POLICY, errors: [] };
  const errors: FieldError[] = [];
  const read = (mode: (typeof MODES)[number]): Standard => ({
    level: readLevel(labels, mode, errors) ?? (mode === 'enforce' ? 'restricted' : 'privileged'),
    minor: readVersion(labels, `${PREFIX}${mode}-version`, errors),
  });
  const [enforce, audit, warn] = [read('enforce'), read('audit'), read('warn')];
  return { policy: { enforce, audit, warn: defaultedWarn(labels, enforce, warn) }, errors };
}

/** Cheap: most namespaces say nothing. */
export function hasPolicy(labels: Labels): boolean {
  return labels !== undefined && Object.keys(labels).some((key) => key.startsWith(PREFIX));
}

function readLevel(labels: Labels, mode: string, errors: FieldError[]): Level | undefined {
  const key = `${PREFIX}${mode}`;
  const text = own(labels, key);
  const level = LEVELS.find((each) => each === text);
  if (text === undefined) return 'privileged';
  if (level === undefined) errors.push(wrong(key, text, `must be one of ${LEVELS.join(', ')}`));
  return level;
}

function readVersion(labels: Labels, key: string, errors: FieldError[]): number | undefined {
  const text = own(labels, key);
  if (text === undefined || text === 'latest') return undefined;
  const minor = /^v1\.(0|[1-9][0-9]*)$/.exec(text)?.[1];
  if (minor === undefined) errors.push(wrong(key, text, 'must be "latest" or "v1.x"'));
  return minor === undefined ? undefined : Number(minor);
}

function wrong(key: string, value: string, why: string): FieldError {
  return invalid(atKey('metadata.labels', key), value, why);
}

/** What is enforced is warned of as well, unless the labels say otherwise: workloads would go unnoticed. */
function defaultedWarn(labels: Labels, enforce: Standard, warn: Standard): Standard {
  const enforced = LEVELS.some((level) => level === own(labels, `${PREFIX}enforce`));
  const asked = own(labels, `${PREFIX}warn`) !== undefined;
  if (asked || !enforced || !isStricter(enforce.level, warn.level)) return warn;
  return own(labels, `${PREFIX}warn-version`) === undefined ? enforce : { ...warn, level: enforce.level };
}

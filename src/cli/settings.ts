// The learner's settings: a small YAML file in the data folder, which may be absent.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isObject, type JsonObject, own } from '../../sandbox/kube/json.ts';
import { messageOf } from '../../sandbox/kube/thrown.ts';
import { BindingError, type Bindings, bindingsOf, USUAL_BINDINGS } from '../tui/bindings.ts';
import { EXIT, Failure } from './failure.ts';

export interface Settings {
  /** Lines instead of a screen, as screen readers want them. */
  readonly plain: boolean;
  /** The wheel scrolls from the beginning. */
  readonly mouse: boolean;
  readonly bindings: Bindings;
}

const KNOWN = ['plain', 'mouse', 'keys'];

export function settingsFile(dataDir: string): string {
  return join(dataDir, 'settings.yaml');
}

/** The settings in a data folder. Throws a Failure that says where they are wrong. */
export function readSettings(dataDir: string): Settings {
  const file = settingsFile(dataDir);
  const text = textOf(file);
  if (text.trim() === '') return { plain: false, mouse: false, bindings: USUAL_BINDINGS };
  try {
    return settingsOf(parse(text));
  } catch (error) {
    const why = messageOf(error).split('\n')[0] ?? '';
    throw new Failure(
      EXIT.usage,
      `k8s-learn: ${file} can't be used.`,
      why,
      'Mend it, or put it away: without it all is as usual.',
    );
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function settingsOf(value: unknown): Settings {
  if (value === null) return settingsOf({});
  if (!isObject(value)) throw new BindingError('a table is wanted, as in `mouse: true`');
  for (const key of Object.keys(value))
    if (!KNOWN.includes(key))
      throw new BindingError(`${key}: there is no such setting. There are ${KNOWN.join(', ')}.`);
  const keys = own(value, 'keys');
  return {
    plain: isOn(value, 'plain'),
    mouse: isOn(value, 'mouse'),
    bindings: keys === undefined ? USUAL_BINDINGS : bindingsOf(keys),
  };
}

function isOn(settings: JsonObject, key: string): boolean {
  const value = own(settings, key);
  if (value === undefined || typeof value === 'boolean') return value === true;
  throw new BindingError(`${key}: true or false is wanted`);
}

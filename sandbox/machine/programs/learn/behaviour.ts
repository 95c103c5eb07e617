// How a teaching image behaves: knobs in its image (data), turned by environment variables and by the program `switch`.

import { isObject, type JsonObject, type JsonValue } from '../../../kube/json.ts';
import { KNOBS_FILE } from '../../images/format.ts';
import type { Blocking, Sys } from '../../sys.ts';
import { statOrNothing } from '../kit/attempt.ts';
import { tryTextFile } from '../kit/input.ts';

/** A number, or `{"env": NAME, "default": NUMBER}`: an environment variable with what holds without it. */
type Knob = number | { readonly env: string; readonly default: number };

/** What an image can say of its server; all of it is optional. */
export interface Behaviour {
  readonly port: number;
  /** Where else it can be told to listen. */
  readonly name: string;
  readonly startupSeconds: number;
  /** 0: never. */
  readonly freezeAfterSeconds: number;
  readonly leakMbPerMinute: number;
  readonly requestSeconds: number;
  /** Virtual CPU that a request costs. */
  readonly cpuMillisecondsPerRequest: number;
  readonly onTerm: 'drain' | 'ignore';
  readonly crash: boolean;
  /** A file that must hold these lines; otherwise requests are answered by 500. */
  readonly config: { readonly path: string; readonly needs: readonly string[] } | undefined;
  /** A second server on 127.0.0.1 that gives away a token. */
  readonly admin: { readonly port: number; readonly token: string } | undefined;
}

/** Where `switch` leaves its marks. */
export const SWITCHES = '/var/learn';

function* readKnobs(sys: Sys): Blocking<JsonObject> {
  const text = yield* tryTextFile(sys, KNOBS_FILE);
  if (text === undefined) return {};
  const value: JsonValue = JSON.parse(text);
  return isObject(value) ? value : {};
}

export function* readBehaviour(sys: Sys): Blocking<Behaviour> {
  const knobs = yield* readKnobs(sys);
  const number = (name: string, otherwise: number): number => knob(sys, knobs[name], otherwise);
  const { config, admin } = knobs;
  return {
    port: number('port', 8080),
    name: text(knobs['name']) ?? (sys.argv[0] ?? 'server').replace(/^.*\//, ''),
    startupSeconds: number('startupSeconds', 0),
    freezeAfterSeconds: number('freezeAfterSeconds', 0),
    leakMbPerMinute: number('leakMbPerMinute', 0),
    requestSeconds: number('requestSeconds', 0),
    cpuMillisecondsPerRequest: number('cpuMillisecondsPerRequest', 0),
    onTerm: knobs['onTerm'] === 'ignore' ? 'ignore' : 'drain',
    crash: knobs['crash'] === true,
    config: isObject(config) ? { path: text(config['path']) ?? '', needs: texts(config['needs']) } : undefined,
    admin: isObject(admin)
      ? { port: knob(sys, numeric(admin['port']), 9000), token: text(admin['token']) ?? '' }
      : undefined,
  };
}

function numeric(value: JsonValue | undefined): JsonValue | undefined {
  return typeof value === 'number' ? value : undefined;
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The value of a knob: the environment's, otherwise the image's. */
function knob(sys: Sys, value: JsonValue | undefined, otherwise: number): number {
  const known = asKnob(value);
  if (known === undefined) return otherwise;
  if (typeof known === 'number') return known;
  const given = Number(sys.env.get(known.env) ?? Number.NaN);
  return Number.isFinite(given) ? given : known.default;
}

function asKnob(value: JsonValue | undefined): Knob | undefined {
  if (typeof value === 'number') return value;
  if (!isObject(value)) return undefined;
  const { env, default: otherwise } = value;
  return typeof env === 'string' && typeof otherwise === 'number' ? { env, default: otherwise } : undefined;
}

/** Whether something was switched off. */
export function isOff(sys: Sys, name: string): boolean {
  return statOrNothing(sys, `${SWITCHES}/${name}.off`) !== undefined;
}

// Recorded scenarios, played with a stock kubectl and with ours in one cluster: every command that was recorded, and
// further ones made of it. What was recorded isn't looked at.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SPEC } from '../../golden/simulator/node.ts';
import { type Dice, diceOf } from '../../hunt/chance.ts';
import { differences } from './compare.ts';
import { createTwin, type Twin } from './twin.ts';
import { variation } from './variations.ts';

const FOLDER = 'test/golden/recorded/kubectl';

export interface Scenario {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** A command, for so long at most; one that is repeated until it succeeds; or a while, in seconds. */
interface Step {
  readonly run?: string;
  readonly for?: string;
  readonly until?: string;
  readonly sleep?: number | string;
}

export interface Told {
  readonly line: string;
  readonly differences: readonly string[];
}

/** Files of scenarios whose names begin so; all when none are given. */
export function scenarioFiles(beginnings: readonly string[]): readonly string[] {
  const names = readdirSync(FOLDER).filter((name) => beginnings.some((beginning) => name.startsWith(beginning)));
  return names.map((name) => join(FOLDER, name));
}

export function readScenario(path: string): Scenario {
  return JSON.parse(readFileSync(path, 'utf8')) as Scenario;
}

const TRIES_MAX = 40;
const PAUSE_MS = 500;
/** Longer ones would only be waited for. */
const SLEEP_MAX_MS = 10_000;

/** `variations`: so many further lines after each command that only reads. */
export async function playScenario(
  kubectl: string,
  { files, steps }: Scenario,
  { seed, variations }: { readonly seed: number; readonly variations: number },
  tell: (told: Told) => void,
): Promise<void> {
  const dice = diceOf(seed);
  const twin = await createTwin({ kubectl, seed, files, keepsHome: true, spec: { ...SPEC, metrics: true } });
  try {
    for (const step of steps) await playStep(twin, step, { dice, variations }, tell);
  } finally {
    await twin.close();
  }
}

async function playStep(
  twin: Twin,
  step: Step,
  { dice, variations }: { readonly dice: Dice; readonly variations: number },
  tell: (told: Told) => void,
): Promise<void> {
  if (step.until !== undefined) await repeat(twin, step.until);
  if (step.sleep !== undefined) await pause(Math.min(SLEEP_MAX_MS, Number.parseFloat(`${step.sleep}`) * 1000));
  if (step.run === undefined) return;
  const lines = Array.from({ length: variations }, () => variation(step.run ?? '', dice)).filter((line) => line !== '');
  for (const line of [step.run, ...new Set(lines)]) {
    const interruptMs = step.for === undefined ? undefined : Number.parseFloat(step.for) * 1000;
    tell({ line, differences: differences(await twin.compare(line, interruptMs)) });
  }
}

async function repeat(twin: Twin, line: string): Promise<void> {
  for (let i = 0; i < TRIES_MAX && (await twin.prepare(line)).exit !== 0; i++) await pause(PAUSE_MS);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// kubectl/: commands typed on a workstation beside a cluster of one node, and what was printed. Each command is a case.

import { type Difference, difference } from '../difference.ts';
import type { Answer, Format, Place, Recording, Verdict } from '../format.ts';
import {
  entries,
  isArray,
  isObject,
  type JsonObject,
  type JsonValue,
  listAt,
  numberAt,
  objectAt,
  printJson,
  textAt,
  textsAt,
} from '../json.ts';
import {
  type Comparison,
  compareLines,
  firstDifference,
  type LineRules,
  lineUnits,
  masked,
  newComparison,
  type Unit,
} from '../normalise.ts';
import { EPOCH, firstTime } from '../play/clock.ts';
import { waitFor } from '../play/until.ts';
import type { Addon, World, Worlds } from '../world.ts';

export const kubectl: Format = {
  folder: 'kubectl',
  name: 'kubectl',
  recognises: ({ content }) => 'files' in objectAt(content) && Array.isArray(objectAt(content)['steps']),
  parts: ({ content }) => commandsOf(content).map(([i]) => String(i)),
  play: (recording, worlds) => play(recording, worlds),
  compare,
  compared: ({ content }) =>
    commandsOf(content).flatMap(([i, step]) =>
      (step['varies'] === undefined ? ['stdout', 'stderr', 'exit'] : ['exit']).map(
        (key): Place => ({ part: String(i), path: ['steps', i, key] }),
      ),
    ),
  plain: plainOutput,
};

/** The lines of an output without what varies in them. */
function plainOutput({ content }: Recording, { path }: Place, value: JsonValue): string {
  const [, i = 0, stream = ''] = path;
  const rules = rulesOf(textAt(content, 'steps', i, 'run') ?? '');
  const lines = textsAt(value);
  const plain = lineUnits(String(stream), lines, rules).map(({ text }) => masked(text));
  return (isArray(value) ? (rules.anyOrder === true ? plain.sort() : plain) : [printJson(value)]).join('\n');
}

/** The commands of a scenario, each with its place among the steps. */
function commandsOf(content: JsonValue): readonly (readonly [number, JsonObject])[] {
  return listAt(content, 'steps').flatMap((step, i) => (isObject(step) && 'run' in step ? [[i, step] as const] : []));
}

const UNTIL_MS = 180_000;
const COMMAND_MS = 50;

async function play(recording: Recording, worlds: Worlds): Promise<Answer> {
  const recorded = objectAt(recording.content);
  const world = await worlds.create({
    extent: 'node',
    startTime: startOf(recorded),
    addons: addonsOf(recording),
    files: Object.fromEntries(
      entries(objectAt(recorded, 'files')).map(([name, text]) => [name, typeof text === 'string' ? text : '']),
    ),
  });
  try {
    const start = world.now();
    const steps: JsonValue[] = [];
    let notices = 0;
    for (const step of listAt(recorded, 'steps')) {
      const early = start + (numberAt(step, 't') ?? 0) * 1000 - world.now();
      if (early > 0) await world.advance(early);
      const played = await playStep(world, objectAt(step));
      notices += played.notices;
      steps.push(played.step);
    }
    return { content: { ...recorded, steps }, notices };
  } finally {
    await world.close();
  }
}

/** The time that an output shows belongs to its step: the clock of the case started that much earlier. */
function startOf(recorded: JsonObject): number {
  for (const step of listAt(recorded, 'steps')) {
    const time = firstTime(printJson([textsAt(step, 'stdout'), textsAt(step, 'stderr')]));
    if (time !== undefined && Math.abs(time - EPOCH) < 2 * 365 * 86_400_000) {
      return time - Math.floor(numberAt(step, 't') ?? 0) * 1000;
    }
  }
  return EPOCH;
}

const USES_METRICS =
  /CPU\(cores\)|PodMetrics|NodeMetrics|kind: HorizontalPodAutoscaler|"(?:run|until)":"(?:[^"\\]|\\.)*(?:kubectl top|\bhpa)\b/;
const LACKS_METRICS = /Metrics API not available|\(get (?:pods|nodes)\.metrics\.k8s\.io\)/;

/** Metrics are there where a scenario asks for them, unless it is told that they aren't. */
export function addonsOf({ content }: Recording): readonly Addon[] {
  const usual: readonly Addon[] = ['coredns', 'local-path'];
  const text = printJson(content);
  return USES_METRICS.test(text) && !LACKS_METRICS.test(text) ? [...usual, 'metrics-server'] : usual;
}

async function playStep(
  world: World,
  step: JsonObject,
): Promise<{ readonly step: JsonObject; readonly notices: number }> {
  const run = textAt(step, 'run');
  const until = textAt(step, 'until');
  if (run !== undefined) {
    const limit = textAt(step, 'for');
    const { stdout, stderr, exit, notices } = await type(
      world,
      run,
      limit === undefined ? undefined : milliseconds(limit),
    );
    const quiet = stderr.split('\n').filter((line) => !notices.some((notice) => line === `Warning: ${notice}`));
    return { step: { ...step, stdout: stdout.split('\n'), stderr: quiet, exit }, notices: notices.length };
  }
  if (until !== undefined) await waitFor(world, UNTIL_MS, async () => (await type(world, until)).exit === 0);
  else await world.advance(milliseconds(textAt(step, 'sleep') ?? '0s'));
  return { step, notices: 0 };
}

/** A command takes 50 ms of cluster time, if it doesn't take longer. */
async function type(world: World, command: string, interruptAfterMs?: number) {
  const begun = world.now();
  const result = await world.run(command, interruptAfterMs === undefined ? {} : { interruptAfterMs });
  const rest = begun + COMMAND_MS - world.now();
  if (rest > 0) await world.advance(rest);
  return result;
}

/** `8s`, `500ms`, `1m` */
export function milliseconds(text: string): number {
  const [, count = '0', unit = 's'] = /^([\d.]+)(ms|s|m)?$/.exec(text) ?? [];
  return Number(count) * (unit === 'ms' ? 1 : unit === 'm' ? 60_000 : 1000);
}

function compare(recording: Recording, answer: Answer, wanted: ReadonlySet<string>): readonly Verdict[] {
  const { content } = recording;
  const metrics = addonsOf(recording).includes('metrics-server');
  const commands = commandsOf(content);
  const ours = listAt(answer.content, 'steps').map((step) => objectAt(step));
  const comparison = newComparison(
    {
      recorded: commands.flatMap(([i, step]) => unitsOf(i, step, step)),
      own: commands.flatMap(([i, step]) => unitsOf(i, step, ours[i] ?? {})),
      inputs: [...commands.map(([, step]) => step['run'] ?? null), objectAt(content, 'files')],
    },
    { figures: metrics },
  );
  // Earlier commands bind what later ones repeat.
  const judged = commands.map(([i, step]) => ({
    part: String(i),
    difference: compareStep(comparison, step, ours[i] ?? {}),
  }));
  return judged.filter(({ part }) => wanted.has(part));
}

function unitsOf(i: number, recorded: JsonObject, step: JsonObject): readonly Unit[] {
  if (recorded['varies'] !== undefined) return [];
  const rules = rulesOf(textAt(recorded, 'run') ?? '');
  return ['stdout', 'stderr'].flatMap((stream) => lineUnits(`steps[${i}].${stream}`, textsAt(step, stream), rules));
}

function compareStep(comparison: Comparison, recorded: JsonObject, ours: JsonObject): Difference | undefined {
  const rules = rulesOf(textAt(recorded, 'run') ?? '');
  const lines = (stream: string) => () =>
    recorded['varies'] === undefined
      ? compareLines(comparison, textsAt(recorded, stream), textsAt(ours, stream), stream, rules)
      : undefined;
  const exit = () =>
    recorded['exit'] === ours['exit']
      ? undefined
      : difference(
          'exit',
          printJson(recorded['exit']),
          `${printJson(ours['exit'])} ${textsAt(ours, 'stderr').join(' ')}`,
        );
  return firstDifference(exit, lines('stdout'), lines('stderr'));
}

/** What a command prints more or less often, in any order, or of the machine. */
export function rulesOf(command: string): LineRules {
  return {
    bare: /--no-headers/.test(command),
    repeats: /rollout status|(?:\s-w|--watch(?:-only)?)(?:[\s=]|$)/.test(command),
    anyOrder: /\blogs\b.*(?:\s-l|--selector|--all-pods|\sdeploy\/|\sdeployment\/|\sjob\/)|\bnslookup\b/.test(command),
    nodes: /\bnodes?\b/.test(command),
    measured: /\bkubectl top\b|\b(?:pod|node)metrics\b|\bmetrics\.k8s\.io\b/i.test(command),
  };
}

// Whether the parts of a lesson agree with one another: names that lead somewhere, expressions that compile, kinds that
// exist, languages that tell the same story. All that can be told without running anything.

import { messageOf } from '../../sandbox/kube/thrown.ts';
import { RESOURCES } from '../../sandbox/schema/schema.ts';
import { compileExpression } from '../checks/cel.ts';
import { type Check, everyCheck, type Selection } from '../checks/check.ts';
import { commonVariables } from '../checks/ground.ts';
import type { Path } from '../checks/shape.ts';
import { sideBySide } from '../session/clusterfile.ts';
import { cycleIn } from './cycle.ts';
import { checksOf, type Goal, type Lesson, type Prediction } from './lesson.ts';
import type { PackProblem } from './pack.ts';
import { type Mark, NOTHING, piecesOf } from './proof/marks.ts';
import { runBlocks, type Story } from './story.ts';

type At = (path: Path, message: string) => PackProblem;

export function lessonProblems(lesson: Lesson, file: string, at: At): readonly PackProblem[] {
  return [
    ...idProblems(lesson, at),
    ...clusterProblems(lesson, at),
    ...goalProblems(lesson, at),
    ...referenceProblems(lesson, at),
    ...checkProblems(lesson, at),
    ...storyProblems(lesson, file),
    ...completenessProblems(lesson, file, at),
  ];
}

function idProblems(lesson: Lesson, at: At): readonly PackProblem[] {
  const lists = {
    goals: lesson.goals,
    predict: lesson.predict ?? [],
    diagnose: lesson.diagnose ?? [],
    review: lesson.review,
  };
  return Object.entries(lists).flatMap(([key, items]) =>
    items.flatMap(({ id }, i) =>
      items.findIndex((other) => other.id === id) < i ? [at([key, i, 'id'], `\`${id}\` is there twice`)] : [],
    ),
  );
}

/** Clusters that can stand side by side, and checks that name one of them. */
function clusterProblems(lesson: Lesson, at: At): readonly PackProblem[] {
  const { cluster, clusters } = lesson;
  const problems: PackProblem[] = [];
  if (cluster !== undefined && clusters !== undefined)
    problems.push(at(['clusters'], 'either `cluster` or `clusters`: one of them says it all'));
  if (clusters !== undefined) {
    try {
      sideBySide([...clusters].map(([name, { spec }]) => [name, spec]));
    } catch (error) {
      problems.push(at(['clusters'], messageOf(error)));
    }
    if (lesson.backends?.join() !== 'simulator')
      problems.push(at(['clusters'], 'only the simulator has several: write `backends: [simulator]`'));
    for (const [name, { seed }] of [...clusters].slice(1))
      if (seed !== undefined) problems.push(at(['clusters', name, 'seed'], 'the seed of the first is the seed of all'));
  }
  const known = [...(clusters?.keys() ?? [])];
  const named = checksOf(lesson).flatMap((check) => [...everyCheck(check)]);
  for (const check of named)
    for (const cluster of clustersNamed(check))
      if (!known.includes(cluster))
        problems.push(at(pathOf(check), `there is no cluster \`${cluster}\` in \`clusters\``));
  return problems;
}

function clustersNamed(check: Check): readonly string[] {
  if (check.kind === 'on') return [check.cluster];
  if (check.kind !== 'state' && check.kind !== 'answer') return [];
  return [...check.objects.values()].flatMap(({ cluster }) => (cluster === undefined ? [] : [cluster]));
}

function goalProblems({ goals, steps }: Lesson, at: At): readonly PackProblem[] {
  const problems: PackProblem[] = [];
  const ids = new Set(goals.map(({ id }) => id));
  for (const [s, step] of steps.entries())
    for (const [g, id] of (step.goals ?? []).entries())
      if (!ids.has(id)) problems.push(at(['steps', s, 'goals', g], `there is no goal \`${id}\``));
  for (const [g, goal] of goals.entries()) {
    const places = steps.filter((step) => step.goals?.includes(goal.id) === true).length;
    if (goal.guard !== true && places !== 1)
      problems.push(at(['goals', g], `the goal \`${goal.id}\` stands in ${places} steps; it belongs to exactly one`));
    for (const [n, id] of (goal.needs ?? []).entries())
      if (!ids.has(id)) problems.push(at(['goals', g, 'needs', n], `there is no goal \`${id}\``));
  }
  problems.push(...measureProblems(goals, at), ...wordsProblems(goals, at));
  const cycle = cycleIn(new Map(goals.map(({ id, needs = [] }) => [id, needs])));
  if (cycle !== undefined) problems.push(at(['goals'], `\`needs\` goes in a circle: ${cycle.join(' → ')}`));
  return problems;
}

/** What a learner reads of a goal is no expression and no command line. */
function wordsProblems(goals: readonly Goal[], at: At): readonly PackProblem[] {
  return goals.flatMap(({ check }, g) =>
    [...unsaid(check)].map((key) => at(['goals', g, 'check'], `\`${key}\` needs \`says\`: what is expected, in words`)),
  );
}

/** Keys of checks whose expectation is what the author wrote for the machine. */
function* unsaid(check: Check): Iterable<string> {
  if (check.says !== undefined) return;
  if (check.kind === 'exec') yield 'exec';
  if (check.kind === 'state' && check.cel !== undefined) yield 'cel';
  if ('checks' in check) for (const inner of check.checks) yield* unsaid(inner);
  if ('check' in check) yield* unsaid(check.check);
}

/** Weights and lengths of time that say nothing, or can't be meant. */
function measureProblems(goals: readonly Goal[], at: At): readonly PackProblem[] {
  return goals.flatMap((goal, g) =>
    Object.entries(MEASURES).flatMap(([key, wrong]) => {
      const message = wrong(goal);
      return message === undefined ? [] : [at(['goals', g, key], message)];
    }),
  );
}

const MEASURES: Readonly<Record<'weight' | 'hold' | 'sticky', (goal: Goal) => string | undefined>> = {
  weight: ({ guard, weight }) =>
    guard === true && weight !== undefined ? 'a guard earns nothing: it holds from the start' : undefined,
  hold({ guard, hold, check }) {
    if (hold === undefined) return undefined;
    if (hold === 0) return '0s is no time: leave `hold` out';
    if (guard === true) return 'a guard holds from the start to the end: it has no `hold`';
    return check.kind === 'seen' ? 'what was seen once stays seen: `hold` would only let the learner wait' : undefined;
  },
  sticky: ({ guard, sticky }) => (guard === true && sticky === true ? 'a guard never ticks' : undefined),
};

/** Marks in scripts name what there is. */
function markProblems({
  id: folder,
  goals,
  diagnose = [],
  predict = [],
  solutions,
  wrong,
}: Lesson): readonly PackProblem[] {
  const named = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
  const marked = named(goals.filter(({ guard }) => guard !== true));
  const known: Readonly<Record<Mark['kind'], readonly string[]>> = {
    open: marked,
    done: marked,
    broken: named(goals.filter(({ guard }) => guard === true)),
    unknown: named(predict),
    known: named(predict),
    diagnosis: [NOTHING, ...named(diagnose)],
  };
  return [...solutions, ...wrong].flatMap((script) =>
    piecesOf(script).flatMap(({ marks }) =>
      marks
        .filter(({ kind, id }) => !known[kind].includes(id))
        .map(({ kind, id, line }) => ({
          file: `${folder}/${script.file}`,
          line,
          message: `\`${kind}: ${id}\` names nothing of this lesson`,
        })),
    ),
  );
}

function referenceProblems(lesson: Lesson, at: At): readonly PackProblem[] {
  const problems: PackProblem[] = [];
  const anchors = new Set(lesson.steps.map(({ anchor }) => anchor));
  const goals = new Set(lesson.goals.map(({ id }) => id));
  const diagnoses = new Set((lesson.diagnose ?? []).map(({ id }) => id));
  for (const [p, prediction] of (lesson.predict ?? []).entries()) {
    const { step } = prediction;
    if (!anchors.has(step)) problems.push(at(['predict', p, 'step'], `there is no step \`${step}\``));
    problems.push(...outcomeProblems(prediction).map((message) => at(['predict', p, 'actual'], message)));
  }
  for (const [d, { goal }] of (lesson.diagnose ?? []).entries())
    if (goal !== undefined && !goals.has(goal))
      problems.push(at(['diagnose', d, 'goal'], `there is no goal \`${goal}\``));
  for (const { file, diagnosis } of lesson.wrong)
    if (diagnosis !== '' && diagnosis !== NOTHING && !diagnoses.has(diagnosis))
      problems.push({ file: `${lesson.id}/${file}`, line: 1, message: `there is no diagnosis \`${diagnosis}\`` });
  problems.push(...markProblems(lesson));
  for (const [r, { type = 'choice', options = [], answer }] of lesson.review.entries()) {
    const answers = typeof answer === 'string' ? [answer] : answer;
    const known = new Set(options.map(({ id }) => id));
    const isTyped = type === 'command' || (type === 'output' && options.length === 0);
    if (!isTyped && !answers.every((one) => known.has(one)))
      problems.push(at(['review', r, 'answer'], 'the answer is none of the options'));
    if (type === 'order' && answers.length !== options.length)
      problems.push(at(['review', r, 'answer'], 'the order names every option once'));
  }
  return problems;
}

/** What can't come true as it is written. */
function outcomeProblems({ type, options, actual }: Prediction): readonly string[] {
  if ('cel' in actual) return [];
  const { fixed } = actual;
  if (type === 'number')
    return fixed.length === 1 && Number.isFinite(Number(fixed[0]))
      ? []
      : ['a number expected, or a `cel` that gives one'];
  const unknown = fixed.filter((id) => !options.some((option) => option.id === id));
  if (unknown.length > 0) return unknown.map((id) => `there is no option \`${id}\``);
  if (type === 'one' && fixed.length !== 1) return ['one option expected; write `type: many` for several'];
  if (type === 'order' && fixed.length !== options.length) return ['the order names every option once'];
  return [];
}

const KINDS: ReadonlySet<string> = new Set(RESOURCES.map(({ kind }) => kind));

function checkProblems(lesson: Lesson, at: At): readonly PackProblem[] {
  const all = checksOf(lesson).flatMap((check) => [...everyCheck(check)]);
  const names = commonVariables(all);
  return [
    ...all.flatMap((check) => [...kindProblems(check, at), ...expressionProblems(check, names, at)]),
    ...(lesson.predict ?? []).flatMap(({ actual }, p) => {
      if (!('cel' in actual)) return [];
      const problem = compileProblem(actual.cel, [...names, ...(actual.objects ?? new Map()).keys()]);
      return problem === undefined ? [] : [at(['predict', p, 'actual', 'cel'], problem)];
    }),
  ];
}

function pathOf(check: Check): Path {
  return check.at === '' ? [] : check.at.split('.');
}

function kindProblems(check: Check, at: At): readonly PackProblem[] {
  const selections: readonly Selection[] = [
    ...('select' in check && check.select !== undefined ? [check.select] : []),
    ...('objects' in check ? check.objects.values() : []),
  ];
  return selections
    .filter(({ kind, apiVersion }) => apiVersion === undefined && !KINDS.has(kind))
    .map(({ kind }) =>
      at(
        pathOf(check),
        `Kubernetes 1.36 has no kind \`${kind}\`; a kind of a CustomResourceDefinition needs its apiVersion`,
      ),
    );
}

function expressionProblems(check: Check, names: readonly string[], at: At): readonly PackProblem[] {
  if (!('cel' in check) || check.cel === undefined) return [];
  const own = 'select' in check && check.select !== undefined ? ['object'] : [];
  const problem = compileProblem(check.cel, [...names, ...own, ...check.objects.keys()]);
  return problem === undefined ? [] : [at([...pathOf(check), 'cel'], problem)];
}

function compileProblem(cel: string, names: readonly string[]): string | undefined {
  try {
    compileExpression(cel, names);
    return undefined;
  } catch (error) {
    return `does not compile: ${messageOf(error)}`;
  }
}

/** Both languages have the steps of lesson.yaml, in its order, and offer the same commands. */
function storyProblems(lesson: Lesson, file: string): readonly PackProblem[] {
  const folder = file.replace(/lesson\.yaml$/, '');
  const wanted = lesson.steps.map(({ anchor }) => anchor).join(' ');
  const problems: PackProblem[] = [];
  for (const [language, story] of Object.entries(lesson.story)) {
    const found = story.scenes.map(({ anchor }) => anchor).join(' ');
    if (found !== wanted)
      problems.push({
        file: `${folder}lesson.${language}.md`,
        message: `its steps are \`${found}\`; lesson.yaml has \`${wanted}\``,
      });
  }
  const [english, japanese] = [offered(lesson.story.en), offered(lesson.story.ja)];
  const differs = japanese.findIndex((text, i) => text !== english[i]);
  if (differs >= 0 || english.length !== japanese.length) {
    const text = japanese[differs] ?? english[japanese.length] ?? '';
    problems.push({ file: `${folder}lesson.ja.md`, message: `offers other commands than lesson.en.md: \`${text}\`` });
  }
  return problems;
}

function offered({ scenes }: Story): readonly string[] {
  return scenes.flatMap(({ blocks }) => runBlocks(blocks).map(({ text }) => text));
}

function completenessProblems(lesson: Lesson, file: string, at: At): readonly PackProblem[] {
  const problems: PackProblem[] = [];
  if (lesson.called !== undefined && lesson.called !== lesson.id)
    problems.push(at(['id'], `the folder is called ${lesson.id}; write that, or leave \`id\` out`));
  if (lesson.solutions.length === 0) problems.push({ file, message: 'no solution: put one into solutions/' });
  for (const [c, concept] of lesson.teaches.entries())
    if (!lesson.review.some((question) => question.concept === concept))
      problems.push(at(['teaches', c], `no review question asks about \`${concept}\``));
  for (const [d, { id }] of (lesson.diagnose ?? []).entries())
    if (!lesson.wrong.some(({ diagnosis }) => diagnosis === id))
      problems.push(at(['diagnose', d], `no script in wrong/ shows the diagnosis \`${id}\``));
  for (const [s, { goals = [], hints = [] }] of lesson.steps.entries())
    if (goals.length > 0 && hints.length === 0) problems.push(at(['steps', s], 'a step with goals needs hints'));
  return problems;
}

// Compound commands that choose: lists, `&&`, `||`, `!`, `if`, `case`, `[[ ]]`, `(( ))`, redirected ones, `time`.

import { testCondition } from '../condition.ts';
import { isTrue } from '../expand/calculate.ts';
import { matches, parsePattern } from '../expand/pattern.ts';
import { evaluate, expandPattern, expandText } from '../expand/words.ts';
import type { CaseFrame, Frame, RedirectedFrame, Request } from '../state.ts';
import type { Condition } from '../syntax.ts';
import { hasOption, print, type Vm } from '../vm.ts';
import { begin, replaceBy } from './begin.ts';
import { expanding } from './expanding.ts';
import { applyRedirects } from './redirect.ts';
import { timesReport } from './times.ts';
import { conclude, finish } from './unwind.ts';

type FrameOf<F extends Frame['f']> = Extract<Frame, { f: F }>;

export function runList(vm: Vm, frame: FrameOf<'list'>): undefined {
  const node = frame.items[frame.next++];
  if (node === undefined) return finish(vm, vm.state.status);
  if (frame.next === frame.items.length) return replaceBy(vm, node);
  return begin(vm, node);
}

/** Marks what runs next as only looked at, or no longer so. */
export function setTested(vm: Vm, frame: { tested: boolean }, tested: boolean): void {
  if (frame.tested === tested) return;
  frame.tested = tested;
  vm.state.tested += tested ? 1 : -1;
}

export function runChoose(vm: Vm, frame: FrameOf<'choose'>): undefined {
  if (!frame.tested) {
    setTested(vm, frame, true);
    return begin(vm, frame.node.left);
  }
  setTested(vm, frame, false);
  const goesOn = (vm.state.status === 0) === (frame.node.t === 'and');
  return goesOn ? replaceBy(vm, frame.node.right) : finish(vm, vm.state.status);
}

export function runNot(vm: Vm, frame: FrameOf<'not'>): undefined {
  if (!frame.tested) {
    setTested(vm, frame, true);
    return begin(vm, frame.node.of);
  }
  return finish(vm, vm.state.status === 0 ? 1 : 0);
}

export function runIf(vm: Vm, frame: FrameOf<'if'>): undefined {
  const { clauses, otherwise } = frame.node;
  if (frame.tested) {
    setTested(vm, frame, false);
    const clause = clauses[frame.next - 1];
    if (vm.state.status === 0 && clause !== undefined) return replaceBy(vm, clause.body);
  }
  const clause = clauses[frame.next++];
  if (clause !== undefined) {
    setTested(vm, frame, true);
    return begin(vm, clause.test);
  }
  return otherwise === undefined ? finish(vm, 0) : replaceBy(vm, otherwise);
}

export function runCase(vm: Vm, frame: CaseFrame): undefined {
  if (frame.stage === 'subject') {
    vm.state.line = frame.node.line;
    const subject = expanding(vm, frame, frame.node.subject.runs, () => expandText(vm, frame.node.subject));
    if (subject === undefined) return undefined;
    frame.subject = subject.value;
    frame.stage = 'match';
  }
  if (frame.stage === 'body') {
    const before = frame.node.arms[frame.next - 1];
    if (before === undefined || before.end === ';;') return finish(vm, vm.state.status);
    if (before.end === ';&') return runArm(vm, frame, frame.next);
    frame.stage = 'match';
  }
  return matchArms(vm, frame);
}

function matchArms(vm: Vm, frame: CaseFrame): undefined {
  for (; frame.next < frame.node.arms.length; frame.next++) {
    const arm = frame.node.arms[frame.next];
    const runs = arm?.patterns.some((pattern) => pattern.runs) === true;
    const fits = expanding(
      vm,
      frame,
      runs,
      () =>
        arm?.patterns.some((word) =>
          matches(parsePattern(expandPattern(vm, word), hasOption(vm, 'extglob')), frame.subject ?? ''),
        ) === true,
    );
    if (fits === undefined) return undefined;
    if (fits.value) return runArm(vm, frame, frame.next);
  }
  return finish(vm, 0);
}

function runArm(vm: Vm, frame: CaseFrame, at: number): undefined {
  const arm = frame.node.arms[at];
  if (arm === undefined) return finish(vm, vm.state.status);
  frame.next = at + 1;
  frame.stage = 'body';
  vm.state.status = 0;
  return arm.end === ';;' ? replaceBy(vm, arm.body) : begin(vm, arm.body);
}

export function runCalculate(vm: Vm, frame: FrameOf<'calculate'>): undefined {
  const { expression, line } = frame.node;
  vm.state.line = line;
  const value = expanding(vm, frame, expression.word.runs, () => evaluate(vm, expression));
  return value === undefined ? undefined : conclude(vm, isTrue(value.value) ? 0 : 1);
}

export function runTest(vm: Vm, frame: FrameOf<'test'>): undefined {
  vm.state.line = frame.node.line;
  const status = expanding(vm, frame, conditionRuns(frame.node.test), () => testCondition(vm, frame.node.test));
  return status === undefined ? undefined : conclude(vm, status.value);
}

function conditionRuns(condition: Condition): boolean {
  switch (condition.c) {
    case 'not':
      return conditionRuns(condition.of);
    case 'and':
    case 'or':
      return conditionRuns(condition.left) || conditionRuns(condition.right);
    case 'unary':
      return condition.word.runs;
    case 'binary':
      return condition.left.runs || condition.right.runs;
  }
}

export function runRedirected(vm: Vm, frame: RedirectedFrame): Request | undefined {
  if (frame.began) return finish(vm, vm.state.status);
  vm.state.line = frame.node.line;
  const applied = applyRedirects(vm, frame, frame.node.redirects);
  if (applied === 'wait') return undefined;
  if (applied === 'failed') return conclude(vm, vm.flavour.name === 'dash' ? 2 : 1);
  if (applied !== 'done') return applied;
  frame.began = true;
  return begin(vm, frame.node.of);
}

export function runTime(vm: Vm, frame: FrameOf<'time'>): undefined {
  if (frame.began === undefined) {
    frame.began = vm.sys.now();
    frame.cpu = vm.sys.cpuTimes();
    return begin(vm, frame.node.of);
  }
  const [user, system] = vm.sys.cpuTimes();
  print(vm, 2, timesReport(frame.node.posix, vm.sys.now() - frame.began, user - frame.cpu[0], system - frame.cpu[1]));
  return finish(vm, vm.state.status);
}

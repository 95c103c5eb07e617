// The desk as plain data, ready to be drawn.

import type { CoreV1Event } from '../../../sandbox/schema/generated/types.ts';
import { inputText, isForeignWrite } from '../../session/inputs.ts';
import type { Session } from '../../session/session.ts';
import { workstationOf } from '../../workstation/workstation.ts';
import { busyRow } from '../busy.ts';
import { type Happening, happenings } from '../happenings.ts';
import type { LessonView, TerminalView, WorkModel } from '../model.ts';
import type { Teacher } from '../teacher.ts';
import { type Desk, front } from './desk.ts';
import { storyWidth } from './room.ts';

export function deskModel(desk: Desk): WorkModel {
  const { live, teacher, options, seats, overlay } = desk;
  const { cluster, pods, events } = live.reading();
  return {
    ...options.surface(),
    view: 'work',
    ...(teacher === undefined ? {} : { lesson: lessonView(desk, teacher) }),
    terminal: terminalView(desk),
    shells: [...seats.keys()].sort().map((id) => ({ id, running: runningIn(desk, id) })),
    shell: desk.current,
    zoomed: desk.zoomed,
    cluster,
    happened: happened(desk),
    busy: busyRow(pods, events, options.session.now(), options.surface().lang),
    clock: { elapsed: teacher?.incident?.elapsed() ?? live.elapsed(), speed: live.speed(), slowed: live.slowed() },
    pulse: desk.pulse,
    notice: desk.notice,
    ...(overlay === undefined ? {} : { overlay }),
  };
}

function hasTried({ told }: Desk, teacher: Teacher): boolean {
  return told >= teacher.offered().length;
}

/** Whether Enter goes on: all goals of the step hold, or it has none and what it offers has been tried. */
export function mayGoOn(desk: Desk): boolean {
  const { teacher } = desk;
  if (teacher === undefined) return false;
  return teacher.stepDone() || (teacher.asksNothing() && teacher.card() === undefined && hasTried(desk, teacher));
}

export function lessonView(desk: Desk, teacher: Teacher): LessonView {
  const columns = storyWidth(desk);
  return {
    title: teacher.title(),
    step: teacher.step(),
    steps: teacher.steps,
    stepTitle: teacher.stepTitle(),
    tried: hasTried(desk, teacher),
    story: teacher.story(columns),
    page: desk.page,
    goals: teacher.goals(columns),
    predicted: teacher.predicted(columns),
    ...(teacher.incident === undefined ? {} : { par: teacher.incident.par }),
  };
}

function terminalView(desk: Desk): TerminalView {
  const { pane, scrolled, unseen, writing } = front(desk);
  const full = pane.fullScreen();
  const program = full && !desk.shells.system ? programIn(desk.options.session) : undefined;
  return {
    rows: pane.view(scrolled()),
    cursor: pane.cursor(),
    full,
    ...(program === undefined ? {} : { program }),
    unseen: scrolled() > 0 ? unseen() : undefined,
    running: !writing(),
    system: desk.shells.system,
    namespace: desk.namespace,
  };
}

/** What was started last on the workstation, and has a terminal: that takes the screen. */
function programIn(session: Session): string | undefined {
  const { kernel } = session.cluster().simulator;
  const workstation = workstationOf(kernel);
  const last = [...kernel.state.processes.values()].findLast(
    ({ host, tty }) => host === workstation && tty !== undefined,
  );
  return last?.argv[0]?.replace(/^.*\//, '');
}

/** The first words of the line that a shell runs. */
export function runningIn(desk: Desk, id: number): string | undefined {
  if (desk.seats.get(id)?.writing() !== false) return undefined;
  const last = desk.options.session.inputs().findLast((input) => input.kind === 'line' && input.shell === id);
  const line = last?.kind === 'line' ? last.line : '';
  return line.replace(/^(?:kubectl|k) /, '').slice(0, 16);
}

export function happeningsIn(session: Session, events: readonly CoreV1Event[]): readonly Happening[] {
  const lines = session
    .inputs()
    .flatMap((input) =>
      input.kind === 'line' || isForeignWrite(input) ? [{ at: input.at, line: inputText(input) }] : [],
    )
    .filter(({ line }) => line.trim() !== '');
  return happenings(lines, events, session.beginning.startTime);
}

/** What happened since the session began; told once of what was read and typed, for the clock alone draws each second. */
export function happened(desk: Desk): readonly Happening[] {
  const { session } = desk.options;
  const { events } = desk.live.reading();
  const inputs = session.inputs();
  const last = inputs.at(-1);
  const known = desk.history;
  if (known !== undefined && known.events === events && known.last === last) return known.happened;
  const told = happeningsIn(session, events);
  desk.history = { events, last, happened: told };
  return told;
}

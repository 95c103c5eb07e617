// `k8s-learn session save|replay|why|share|open`: what can be done with a session that is on record.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { durationMs } from '../../sandbox/time/units.ts';
import { findLesson } from '../lessons/find.ts';
import { startCommand, writtenText } from '../session/command.ts';
import { RecordError } from '../session/decode.ts';
import { storeDigest } from '../session/digest.ts';
import { sessionFile } from '../session/folder.ts';
import { beginRecord, type Recorded, readRecord, recordText } from '../session/record.ts';
import { replay, type Session } from '../session/session.ts';
import { openLine, SHARE_MAX, shareLine } from '../session/share.ts';
import { LEARNER_HOME } from '../workstation/workstation.ts';
import { openCourse } from './course.ts';
import { EXIT, Failure } from './failure.ts';
import type { GlobalOptions } from './options.ts';

type Verb = (args: readonly string[], options: GlobalOptions) => number;

const VERBS: Readonly<Record<string, Verb>> = { save, replay: replayFile, why, share, open };

export async function session(
  [verb = '', ...args]: readonly string[],
  _own: Readonly<Record<string, unknown>>,
  options: GlobalOptions,
): Promise<number> {
  const run = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (run === undefined) {
    throw new Failure(
      EXIT.usage,
      `k8s-learn session: no verb is called "${verb}".`,
      `There are ${Object.keys(VERBS).join(', ')}.`,
      '',
    );
  }
  return run(args, options);
}

/** `save [NAME] [FILE]`: the record, to a file or to standard output. */
function save([name = 'play', target]: readonly string[], { dataDir }: GlobalOptions): number {
  const { beginning, entries } = stored(dataDir, name);
  const text = recordText(beginning, entries);
  if (target === undefined) process.stdout.write(text);
  else writeFileSync(target, text, { mode: 0o600 });
  return EXIT.done;
}

/** `replay FILE|NAME`: makes the cluster again, and says what it came to. */
function replayFile([file]: readonly string[], { dataDir }: GlobalOptions): number {
  if (file === undefined) throw needs('replay', 'a file, or the name of a session');
  const began = performance.now();
  const made = remade(existsSync(file) ? fileAt(file) : stored(dataDir, file));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const clock = Math.floor((made.now() - made.beginning.startTime) / 1000);
  const minutes = `${Math.floor(clock / 60)}:${String(clock % 60).padStart(2, '0')}`;
  console.log(`${made.inputs().length} inputs, ${minutes} of cluster time, in ${seconds} s`);
  console.log(`revision ${made.cluster().simulator.store.revision()}  sha256 ${storeDigest(made.cluster())}`);
  return EXIT.done;
}

/** `why KIND/NAME [NAME]`: as the word in the shell, in a session that isn't open. */
function why([object, name = 'play']: readonly string[], { dataDir, lang }: GlobalOptions): number {
  if (object === undefined) throw needs('why', 'KIND/NAME');
  const cluster = remade(stored(dataDir, name)).cluster();
  const env = [['LANG', lang === 'ja' ? 'ja_JP.UTF-8' : 'C.UTF-8']] as const;
  const command = startCommand(cluster, ['why', object], { home: LEARNER_HOME, env });
  cluster.simulator.advance(durationMs(1000));
  process.stdout.write(writtenText(command.output()));
  return command.status() ?? EXIT.no;
}

/** `share [NAME] [FILE]`: one line for a friend, or a file where a line would be too long. */
function share([name = 'play', target]: readonly string[], { dataDir }: GlobalOptions): number {
  const { beginning, entries } = stored(dataDir, name);
  const line = shareLine(beginning, entries);
  if (line !== undefined) {
    console.log(line);
    return EXIT.done;
  }
  const file = target ?? `${name.replaceAll('/', '--')}.jsonl`;
  writeFileSync(file, recordText(beginning, entries), { mode: 0o600 });
  console.error(`The session doesn't fit into a line of ${SHARE_MAX} characters. It was written to ${file} instead.`);
  return EXIT.done;
}

/** `open LINE|FILE [NAME]`: a friend's session becomes one of one's own, at the same moment. */
function open([line, wanted]: readonly string[], { dataDir }: GlobalOptions): number {
  if (line === undefined) throw needs('open', 'the line that a friend shared, or a file');
  const recorded = existsSync(line) ? fileAt(line) : believed(() => openLine(line), 'this line');
  const name = wanted ?? recorded.beginning.lesson ?? 'play';
  const file = sessionFile(dataDir, name);
  if (existsSync(file)) {
    throw new Failure(
      EXIT.no,
      `k8s-learn session open: there is a session called ${name} already.`,
      'It would be lost.',
      `Give the new one another name: k8s-learn session open LINE ${name}-2, or save yours first: k8s-learn session save ${name} FILE`,
    );
  }
  remade(recorded);
  beginRecord(file, recorded.beginning, recorded.entries);
  const then = recorded.beginning.lesson === name ? `\`k8s-learn learn ${name}\` goes on` : `It is called ${name}`;
  console.log(`${recorded.entries.length} inputs. ${name === 'play' ? '`k8s-learn play` goes on' : then}.`);
  return EXIT.done;
}

function remade({ beginning, entries }: Recorded): Session {
  return replay(beginning, entries);
}

function stored(dataDir: string, name: string): Recorded {
  const file = [name, lessonCalled(name)].map((each) => sessionFile(dataDir, each)).find(existsSync);
  if (file !== undefined) return fileAt(file);
  throw new Failure(
    EXIT.no,
    `k8s-learn session: there is no session called ${name}.`,
    `Sessions are kept in ${dataDir}.`,
    'Open the lesson once, or name another one.',
  );
}

/** Lessons go by numbers, too: `1.1`. */
function lessonCalled(name: string): string {
  const found = findLesson(openCourse(), name);
  return 'lesson' in found ? found.lesson.id : name;
}

function fileAt(file: string): Recorded {
  return believed(() => readRecord(readFileSync(file, 'utf8')).recorded, file);
}

function believed(read: () => Recorded, what: string): Recorded {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    throw new Failure(
      EXIT.no,
      `k8s-learn session: ${what} is no session.`,
      `${error.message}.`,
      'Ask your friend to share it again.',
    );
  }
}

function needs(verb: string, what: string): Failure {
  return new Failure(EXIT.usage, `k8s-learn session ${verb}: what?`, `It needs ${what}.`, '');
}

// `--backend kubeconfig --context NAME`: the commands that look at a cluster of the user's own.

import { type TimeMs, timeMs } from '../../sandbox/time/units.ts';
import { evidenceLines, surveyLines } from '../evidence/lines.ts';
import { say, tell } from '../i18n/say.ts';
import type { Lesson } from '../lessons/lesson.ts';
import { createRunner, type Runner } from '../lessons/runner.ts';
import { answered } from '../remote/questions.ts';
import { openRemote, type Remote } from '../remote/remote.ts';
import type { Asked } from '../session/whyprogram.ts';
import { EXIT, Failure } from './failure.ts';
import type { GlobalOptions } from './options.ts';
import { SELF } from './self.ts';

/** The cluster that the options name. */
export function remoteOf({ context = '' }: GlobalOptions): Remote {
  const kubeconfig = process.env['KUBECONFIG'];
  const place = { context, ...(kubeconfig === undefined || kubeconfig === '' ? {} : { kubeconfig }) };
  return openRemote(place, SELF, timeMs(Date.now()));
}

/** Lets so many milliseconds pass; the moment then. */
export type Passing = (ms: number) => Promise<TimeMs>;

const REAL: Passing = async (ms) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return timeMs(Date.now());
};

/** A lesson's runner that has looked at everything there; again after a while, where something has to stay as it is. */
export async function judged(lesson: Lesson, remote: Remote, pass: Passing = REAL): Promise<Runner> {
  const backends = lesson.backends ?? ['simulator', 'kind'];
  if (!backends.includes('kind'))
    throw new Failure(
      EXIT.environment,
      `k8s-learn check: ${lesson.id} needs the simulator.`,
      'It uses faults, time travel or node failures, which nobody should do to a real cluster.',
      'Leave out --backend.',
    );
  const runner = await answered(() => {
    const first = createRunner(lesson, remote.session);
    first.update({ tries: true });
    return first;
  });
  const left = runner.goals().map(({ verdict: { countdown } }) => (countdown ? countdown.of - countdown.held : 0));
  const ms = Math.max(0, ...left);
  if (ms === 0) return runner;
  remote.refresh(await pass(ms));
  return answered(() => {
    runner.update({ afresh: true });
    return runner;
  });
}

/** What `why` says of it; its second part, the recorded chain, only the embedded cluster has. */
export function whyRemote(remote: Remote, asked: Asked, { lang }: GlobalOptions): Promise<readonly string[]> {
  return answered(() => {
    if ('question' in asked) return surveyLines(asked.question, asked.namespace, remote.look, lang);
    const type = remote.typeNamed(asked.resource);
    if (type === undefined) throw new Failure(EXIT.no, tell(lang, 'why.noKind', { kind: asked.resource }), '', '');
    const apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`;
    const place = type.namespaced ? { namespace: asked.namespace } : {};
    const [object] = remote.look({ apiVersion, kind: type.kind, name: asked.name, ...place });
    const what = `${type.kind}/${asked.name}`;
    if (object === undefined) throw new Failure(EXIT.no, tell(lang, 'why.nothing', { object: what }), '', '');
    return [say(tell(lang, 'why.evidence', {}), lang), ...evidenceLines(object, remote.look, lang)];
  });
}

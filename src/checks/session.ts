// What the teacher needs of a session: to look at the cluster as a user of its own, to hear what changed, and to try
// things on a copy. The embedded cluster offers all of it (`embedded.ts`); other backends may refuse to be copied.

import type { Attempt } from '../../sandbox/apiserver/http/attempts.ts';
import type { Client, ObjectRef } from '../../sandbox/client/client.ts';
import type { KubeObject } from '../../sandbox/kube/meta.ts';
import type { UserInfo } from '../../sandbox/kube/operation.ts';
import type { ResourceType } from '../../sandbox/kube/resource.ts';
import type { Work } from '../../sandbox/time/loop.ts';
import type { TimeMs } from '../../sandbox/time/units.ts';
import type { Why } from '../../sandbox/why.ts';
import type { Deed } from '../session/deeds.ts';

/** An object as it was at one revision; undefined once it is gone. */
export interface ObjectChange {
  readonly key: string;
  readonly object: KubeObject | undefined;
  readonly time: TimeMs;
}

/** How a command line ended. */
export interface Ended {
  /** Undefined when it had not ended in the time that it was given. */
  readonly status: number | undefined;
  readonly output: string;
}

/** A command line that goes on. */
export interface Started {
  kill(): void;
}

/** Whose log. */
export interface LogRef {
  readonly namespace: string;
  readonly pod: string;
  /** The only one, or the first, unless given. */
  readonly container?: string;
  /** Of its life before. */
  readonly previous: boolean;
}

export interface TeacherSession {
  /** Names of the other clusters that the lesson has. */
  readonly others?: readonly string[];
  /** The same, with another of the lesson's clusters in sight; undefined when there is none of that name. */
  at?(cluster: string): TeacherSession | undefined;
  /** It can't be copied: what is tried is tried on the cluster itself, and nothing is disturbed. */
  readonly inPlace?: true;
  now(): TimeMs;
  /** Goes up with every write. */
  revision(): number;
  client(user: UserInfo): Client;
  /** Runs a client's call, which waits for nothing outside. */
  run<T>(work: Work<T>): T;
  /** The collection of a kind; undefined when nothing serves it. */
  resolve(apiVersion: string | undefined, kind: string): ResourceType | undefined;
  /** What was written to a collection after a revision, in order; `gone` when that is not known any more. */
  changesAfter(type: ResourceType, revision: number): readonly ObjectChange[] | 'gone';
  /** Whether anything was written after a revision, heartbeats and events apart. */
  changedSince(revision: number): boolean;
  /** The revision at a moment; the present one where that is not known any more. */
  revisionAt(time: TimeMs): number;
  /** A collection as it was right after a revision, in all namespaces; `gone` when that is not known any more. */
  listAt(type: ResourceType, revision: number): readonly KubeObject[] | 'gone';
  /** The recorded chain of causes of an object; absent where none is recorded. */
  why?(type: ResourceType, ref: ObjectRef): Why | undefined;
  /** The latest writes of the learner's, the last one at the end; absent where none are recorded. */
  attempts?(): readonly Attempt[];
  /** What a container has written; undefined where there is no such log. */
  log(ref: LogRef): string | undefined;
  /** A file below the learner's home folder. */
  file(path: string): string | undefined;
  /** A copy that shares nothing; undefined while something is half done, or where copies can't be made. */
  fork(): TeacherSession | undefined;
  /** Lets cluster time pass. */
  advance(ms: number): void;
  settle(): void;
  /** Runs a script on the workstation to its end, with the checker's rights. Only for copies. */
  exec(script: string, timeoutMs: number): Ended;
  /** Starts a command line as the learner does, and doesn't wait. Only on copies. */
  start(script: string): Started;
  /** Starts a command line with the checker's rights, and doesn't wait. Only on copies. */
  startBeside(script: string): void;
  /** What no API can do. Only on copies. */
  perform(deed: Deed): void;
}

/** The revisions of all clusters at one moment, the first first. */
export type Moment = readonly number[];

function everyCluster(session: TeacherSession): readonly TeacherSession[] {
  return [session, ...(session.others ?? []).flatMap((name) => session.at?.(name) ?? [])];
}

export function momentOf(session: TeacherSession): Moment {
  return everyCluster(session).map((one) => one.revision());
}

/** Whether anything was written in any cluster since, heartbeats and events apart. */
export function hasChanged(session: TeacherSession, since: Moment): boolean {
  return everyCluster(session).some((one, n) => one.changedSince(since[n] ?? 0));
}

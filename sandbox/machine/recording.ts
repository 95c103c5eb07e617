// What a program has learned since it began or last saved. A copy of the machine has no generators: it runs the program
// again and gives it these answers, which brings it to the same place.

import { NOTHING } from './nothing.ts';
import type { Process, Recording } from './state.ts';
import { type ErrnoCode, SysError } from './sys.ts';

/** Says that a call had to wait: its answer came later and stands at the place where it came. No answer is this text. */
export const WAITED = '\u0000waited';

/** A failed call, as data. No answer has a field of this name. */
interface Failure {
  readonly errno: ErrnoCode;
  readonly message: string;
}

const BLOCK = 256;

export function newRecording(): Recording {
  return { past: NOTHING, recent: [] };
}

export function record(process: Process, answer: unknown): void {
  const { recording } = process;
  recording.recent.push(answer);
  process.recorded++;
  if (answer instanceof Uint8Array) process.recordedBytes += answer.length;
  if (recording.recent.length < BLOCK) return;
  for (const item of recording.recent) freezeAnswer(item);
  recording.past = [...recording.past, Object.freeze(recording.recent)];
  recording.recent = [];
}

/** Frozen answers are shared by copies. Bytes can't be frozen, and nobody changes them. */
function freezeAnswer(answer: unknown): void {
  if (typeof answer === 'object' && answer !== null && !(answer instanceof Uint8Array)) Object.freeze(answer);
}

export function recordFailure(process: Process, error: SysError): void {
  const failure: Failure = { errno: error.code, message: error.message };
  record(process, failure);
}

export function forgetRecording(process: Process): void {
  if (process.recorded === 0) return;
  process.recording = newRecording();
  process.recorded = 0;
  process.recordedBytes = 0;
}

/** The n-th answer; the failure that was recorded is thrown again. */
export function recordedAnswer({ recording: { past, recent } }: Process, n: number): unknown {
  const block = past[Math.floor(n / BLOCK)];
  return block === undefined ? recent[n - past.length * BLOCK] : block[n % BLOCK];
}

export function isFailure(answer: unknown): answer is Failure {
  return typeof answer === 'object' && answer !== null && 'errno' in answer;
}

export function failureOf({ errno, message }: Failure): SysError {
  return new SysError(errno, message);
}

// What one cluster may take of the machine that simulates it. Reaching a bound is an error of the field: EAGAIN for
// processes, EMFILE for files, ENOSPC for bytes.

export interface Bounds {
  /** Processes on one host, zombies included. */
  readonly processesPerHost: number;
  readonly processes: number;
  readonly filesPerProcess: number;
  /** Bytes of real memory that all files and logs of the cluster may take. */
  readonly storedBytes: number;
  /** Bytes that may wait in a stream to the outside before its writer is made to wait. */
  readonly waitingBytes: number;
  /** Answers, and bytes in them, recorded by one process since it last saved, before the hook is told. */
  readonly recorded: number;
  readonly recordedBytes: number;
  /** Steps without waiting once before a program is taken for broken. */
  readonly stepsWithoutWaiting: number;
}

export const DEFAULT_BOUNDS: Bounds = {
  processesPerHost: 8_192,
  processes: 32_768,
  filesPerProcess: 1_024,
  storedBytes: 512 * 1024 * 1024,
  waitingBytes: 256 * 1024,
  recorded: 50_000,
  recordedBytes: 64 * 1024 * 1024,
  stepsWithoutWaiting: 1_000_000,
};

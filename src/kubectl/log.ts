// What kubectl says about its own doings on standard error: -v, in klog's format.
//
// Where a message came from (`loader.go:407`) is part of the format; tools and eyes look for it.

import type { Blocking, Sys } from '../../sandbox/machine/sys.ts';

/** How a program ends that klog has ended. */
const FATAL = 255;

export interface Log {
  readonly verbosity: number;
  /** Prints when -v is at least `level`. */
  info(level: number, source: string, text: string): Blocking<void>;
  /** Prints always. */
  warning(source: string, text: string): Blocking<void>;
  error(source: string, text: string): Blocking<void>;
}

/** Ends kubectl by a line of its log, wherever it is thrown. */
export class FatalError extends Error {
  readonly source: string;
  readonly exitStatus: number;
  constructor(source: string, message: string, exitStatus: number = FATAL) {
    super(message);
    this.name = 'FatalError';
    this.source = source;
    this.exitStatus = exitStatus;
  }
}

/** The line of an error that ends all. */
export function fatalLine(sys: Sys, { source, message }: FatalError): string {
  return lineOf(sys, 'F', source, message);
}

export function createLog(sys: Sys, verbosity: number): Log {
  function* write(severity: string, source: string, text: string): Blocking<void> {
    yield* sys.write(2, lineOf(sys, severity, source, text));
  }
  return {
    verbosity,
    *info(level, source, text) {
      if (verbosity >= level) yield* write('I', source, text);
    },
    warning: (source, text) => write('W', source, text),
    error: (source, text) => write('E', source, text),
  };
}

function lineOf(sys: Sys, severity: string, source: string, text: string): string {
  return `${severity}${header(sys)} ${source}] ${text}\n`;
}

/** `1121 09:02:05.578174   25895`: month and day, time of day, process. */
function header(sys: Sys): string {
  const iso = new Date(sys.now()).toISOString();
  const monthAndDay = iso.slice(5, 10).replace('-', '');
  return `${monthAndDay} ${iso.slice(11, 23)}000 ${String(sys.pid).padStart(7)}`;
}

/** `key="value"` as klog writes structured values: texts in quotes, several lines between `<` and `>`. */
export function logPair(key: string, value: string): string {
  if (!value.includes('\n')) return `${key}=${JSON.stringify(value)}`;
  const lines = value.replace(/\n$/, '').split('\n');
  return `${key}=<\n${lines.map((line) => `\t${line}\n`).join('')} >`;
}

/** What client-go says about its feature gates before the first request. */
const FEATURE_GATES: Readonly<Record<string, boolean>> = {
  AtomicFIFO: true,
  ClientsAllowCARotation: true,
  ClientsAllowCBOR: false,
  ClientsAllowTLSCacheGC: true,
  ClientsPreferCBOR: false,
  InOrderInformers: true,
  InOrderInformersBatchProcess: true,
  InformerResourceVersion: true,
  UnlockWhileProcessingFIFO: true,
  WatchListClient: true,
};

export function* logFeatureGates(log: Log): Blocking<void> {
  for (const [feature, enabled] of Object.entries(FEATURE_GATES)) {
    yield* log.info(1, 'envvar.go:195', `"Feature gate default state" feature="${feature}" enabled=${enabled}`);
  }
}

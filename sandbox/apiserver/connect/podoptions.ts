// What clients ask of a pod's streams, read from the query as Go reads it into its option structs.

import { type FieldError, forbiddenField, invalid, invalidObject } from '../../kube/fielderrors.ts';
import type { AttachRequest, LogRequest } from '../../kube/nodedoor.ts';
import { badRequest } from '../../kube/status.ts';
import { parseTime } from '../../time/units.ts';
import { flag, integer } from '../http/parameters.ts';
import { firstOf, type Query } from '../http/query.ts';

export type LogOptions = Omit<LogRequest, 'namespace' | 'pod' | 'container'> & { readonly container: string };
export type StreamOptions = Omit<AttachRequest, 'namespace' | 'pod' | 'container'> & { readonly container: string };

/** Throws BadRequest for what can't be read, Invalid for what makes no sense. */
export function readLogOptions(query: Query, pod: string): LogOptions {
  const sinceSeconds = integer(query, 'sinceSeconds');
  const tailLines = integer(query, 'tailLines');
  const limitBytes = integer(query, 'limitBytes');
  const sinceTime = timeOf(query);
  const options: LogOptions = {
    container: firstOf(query, 'container') ?? '',
    follow: flag(query, 'follow'),
    previous: flag(query, 'previous'),
    timestamps: flag(query, 'timestamps'),
    ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
    ...(sinceTime === undefined ? {} : { sinceTime }),
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
  };
  const errors = [...logErrors(options, query.has('stream'))];
  if (errors.length > 0) throw invalidObject({ group: '', kind: 'PodLogOptions' }, pod, errors);
  return options;
}

function timeOf(query: Query): string | undefined {
  const text = firstOf(query, 'sinceTime') ?? '';
  if (text === '') return undefined;
  if (parseTime(text) !== undefined) return text;
  throw badRequest(
    `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`,
  );
}

function* logErrors(
  { tailLines, limitBytes, sinceSeconds, sinceTime }: LogOptions,
  stream: boolean,
): Iterable<FieldError> {
  if (tailLines !== undefined && tailLines < 0) {
    yield invalid('tailLines', tailLines, 'must be greater than or equal to 0');
  }
  if (limitBytes !== undefined && limitBytes < 1) yield invalid('limitBytes', limitBytes, 'must be greater than 0');
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    yield forbiddenField('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified');
  } else if (sinceSeconds !== undefined && sinceSeconds < 1) {
    yield invalid('sinceSeconds', sinceSeconds, 'must be greater than 0');
  }
  if (stream) yield forbiddenField('stream', 'may not be specified');
}

export function readStreamOptions(query: Query): StreamOptions {
  const tty = flag(query, 'tty');
  return {
    container: firstOf(query, 'container') ?? '',
    stdin: flag(query, 'stdin'),
    stdout: flag(query, 'stdout'),
    // A terminal has one output.
    stderr: flag(query, 'stderr') && !tty,
    tty,
  };
}

/** The ports to forward: `ports=80&ports=81`. */
export function readPorts(query: Query): readonly number[] {
  const texts = query.get('ports') ?? [];
  return texts.map((text) => {
    const port = Number(text);
    if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
    throw badRequest(`query parameter "ports" must contain port numbers: ${JSON.stringify(text)}`);
  });
}

// What can go wrong in kubectl, and how that is said: one text on standard error and an exit status.
// Answers of the server are StatusErrors of sandbox/kube/status.ts.

import { quote } from '../../sandbox/kube/go/text.ts';
import { StatusError, type V1Status, type V1StatusCause } from '../../sandbox/kube/status.ts';

/** Ends kubectl with a status and, when there is one, a text that is printed as it is. */
export class ExitError extends Error {
  readonly exitStatus: number;
  constructor(exitStatus: number, message = '') {
    super(message);
    this.name = 'ExitError';
    this.exitStatus = exitStatus;
  }
}

/** A kubeconfig that can't be worked with, for one or several reasons. */
export class ConfigurationError extends Error {
  readonly problems: readonly Error[];
  constructor(problems: readonly Error[]) {
    super(`invalid configuration: ${joinMessages(problems)}`);
    this.name = 'ConfigurationError';
    this.problems = problems;
  }
}

/** A context that the kubeconfig doesn't have. */
export class ContextNotFoundError extends Error {
  constructor(context: string) {
    super(`context was not found for specified context: ${context}`);
    this.name = 'ContextNotFoundError';
  }
}

/** A request that got no answer. `cause` is what Go's net packages call the reason. */
export class ConnectionError extends Error {
  readonly method: string;
  readonly url: string;
  readonly reason: string;
  constructor(method: string, url: string, reason: string) {
    super(`${method[0]}${method.slice(1).toLowerCase()} ${quote(url)}: ${reason}`);
    this.name = 'ConnectionError';
    this.method = method;
    this.url = url;
    this.reason = reason;
  }
}

/** No resource of the server matches what was asked for. */
export class NoResourceMatchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NoResourceMatchError';
  }
}

/** Several things went wrong. */
export class SeveralErrors extends Error {
  readonly errors: readonly Error[];
  constructor(errors: readonly Error[]) {
    super(joinMessages(errors));
    this.name = 'SeveralErrors';
    this.errors = errors;
  }
}

/** One error for several; undefined when there are none. */
export function aggregate(errors: readonly Error[]): Error | undefined {
  return errors.length === 0 ? undefined : new SeveralErrors(errors);
}

/** What is left of an error without those that are let pass; undefined when nothing is. */
export function withoutErrors(error: Error, passes: (error: Error) => boolean): Error | undefined {
  if (!(error instanceof SeveralErrors)) return passes(error) ? undefined : error;
  return aggregate(error.errors.flatMap((each) => withoutErrors(each, passes) ?? []));
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** `error: MESSAGE`, and where to read how it is done right. */
export function usageError(commandPath: string, message: string): Error {
  return new Error(`${message}\nSee '${commandPath} -h' for help and examples`);
}

/** A failed answer with another message, everything else as it was. */
export function withMessage(error: StatusError, message: string): StatusError {
  return new StatusError({ ...error.status, message });
}

/** Says where an object that made trouble came from. */
export function withSource(verb: string, source: string, error: Error): Error {
  if (source === '') return error;
  const message = `error when ${verb} ${quote(source)}: ${error.message}`;
  return error instanceof StatusError ? withMessage(error, message) : new Error(message);
}

/** What kubectl prints for an error, without the last line's end, and its exit status. */
export function report(thrown: unknown): { readonly text: string; readonly status: number } {
  const error = unwrapped(asError(thrown));
  if (error instanceof ExitError) return { text: error.message, status: error.exitStatus };
  return { text: reportText(error), status: 1 };
}

function reportText(error: Error): string {
  if (error instanceof StatusError && error.status.reason === 'Invalid') return invalidText(error.status);
  if (error instanceof ConfigurationError) return configurationText(error);
  if (error instanceof ContextNotFoundError) return `Error in configuration: ${error.message}`;
  if (error instanceof NoResourceMatchError) return error.message;
  if (error instanceof SeveralErrors) return error.errors.map((each) => `${messageOf(each)}\n`).join('');
  const known = knownText(error);
  if (known !== undefined) return known;
  return error.message.startsWith('error: ') ? error.message : `error: ${error.message}`;
}

/** An error within a list of errors: server errors in full, others by their message alone. */
function messageOf(error: Error): string {
  return knownText(error) ?? error.message;
}

function knownText(error: Error): string | undefined {
  if (error instanceof StatusError) return statusText(error);
  if (error instanceof ConnectionError) return connectionText(error);
  return undefined;
}

function statusText({ status, message }: StatusError): string {
  if (status.reason === 'Unauthorized') return `error: You must be logged in to the server (${status.message ?? ''})`;
  return status.reason ? `Error from server (${status.reason}): ${message}` : `Error from server: ${message}`;
}

function connectionText({ url, reason }: ConnectionError): string {
  if (!reason.includes('connection refused')) return `Unable to connect to the server: ${reason}`;
  const host = /^[a-z]+:\/\/([^/?#]*)/.exec(url)?.[1] ?? url;
  return `The connection to the server ${host} was refused - did you specify the right host or port?`;
}

function invalidText({ details, message }: V1Status): string {
  if (details === undefined) return message ? `The request is invalid: ${message}` : 'The request is invalid';
  const causes = details.causes ?? [];
  const title = invalidTitle(details.kind ?? '', details.name ?? '', causes.length === 0 ? message : undefined);
  if (causes.length === 0) return title;
  const lines = [...new Set(causes.map(causeText))];
  if (lines.length === 1) return `${title}: ${lines[0]}\n`;
  return [`${title}: `, ...lines.map((line) => `* ${line}`), ''].join('\n');
}

function invalidTitle(kind: string, name: string, message: string | undefined): string {
  if (kind !== '' || name !== '') return `The ${kind} ${quote(name)} is invalid`;
  return message ? `The request is invalid: ${message}` : 'The request is invalid';
}

function causeText({ field, message }: V1StatusCause): string {
  return `${field ?? ''}: ${message ?? ''}`;
}

function configurationText({ problems }: ConfigurationError): string {
  const [only] = problems.length === 1 ? problems : [];
  if (only !== undefined) return `Error in configuration: ${messageOf(only)}\n`;
  return ['Error in configuration: ', ...problems.map((problem) => `* ${messageOf(problem)}`), ''].join('\n');
}

function unwrapped(error: Error): Error {
  const several =
    error instanceof SeveralErrors ? error.errors : error instanceof ConfigurationError ? error.problems : [];
  return (several.length === 1 ? several[0] : undefined) ?? error;
}

function joinProblems(problems: readonly string[]): string {
  return problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`;
}

/** The message of several errors as one: each text once, in brackets when there are several. */
function joinMessages(errors: readonly Error[]): string {
  const texts = new Set<string>();
  const visit = (error: Error): void => {
    if (error instanceof SeveralErrors) error.errors.forEach(visit);
    else texts.add(error.message);
  };
  errors.forEach(visit);
  return joinProblems([...texts]);
}

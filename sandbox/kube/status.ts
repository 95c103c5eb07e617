// Status: how the API says that something went well or wrong. Reasons, codes and wording are those of Kubernetes.

/** metav1.StatusCause. */
export type V1StatusCause = { readonly reason?: string; readonly message?: string; readonly field?: string };

/** metav1.StatusDetails. */
export type V1StatusDetails = {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly V1StatusCause[];
  readonly retryAfterSeconds?: number;
};

/** metav1.Status in wire shape. */
export type V1Status = {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: { readonly continue?: string; readonly remainingItemCount?: number };
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: V1StatusDetails;
  readonly code: number;
};

/** Thrown by whatever stands behind the API's door, and by every client: the request failed with this Status. */
export class StatusError extends Error {
  readonly status: V1Status;
  /** What the answer warns of beside: a server had something to say before it refused. */
  readonly warnings: readonly string[];
  constructor(status: V1Status, warnings: readonly string[] = []) {
    super(status.message ?? status.reason ?? 'unknown');
    this.name = 'StatusError';
    this.status = status;
    this.warnings = warnings;
  }
}

/** The error's reason when it is an answer of the API, such as `NotFound` or `Conflict`; undefined for anything else. */
export function reasonOf(error: unknown): string | undefined {
  return error instanceof StatusError ? error.status.reason : undefined;
}

/** Builds a failure. `reason` may be empty, as for some answers of a real server. */
export function failure(code: number, reason: string, message: string, details?: V1StatusDetails): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  });
}

/** What a failed request was about, for the details of its Status. */
export interface About {
  readonly group: string;
  /** A resource (`pods`) or a kind, as the real server has it at that place. */
  readonly kind: string;
  readonly name: string;
}

function detailsOf({ group, kind, name }: About): V1StatusDetails {
  return { ...(name === '' ? {} : { name }), ...(group === '' ? {} : { group }), ...(kind === '' ? {} : { kind }) };
}

function qualified({ group, kind }: About): string {
  return group === '' ? kind : `${kind}.${group}`;
}

export function notFound(about: About): StatusError {
  return failure(404, 'NotFound', `${qualified(about)} "${about.name}" not found`, detailsOf(about));
}

export function alreadyExists(about: About): StatusError {
  return failure(409, 'AlreadyExists', `${qualified(about)} "${about.name}" already exists`, detailsOf(about));
}

export function conflict(about: About, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(about)} "${about.name}": ${why}`;
  return failure(409, 'Conflict', message, detailsOf(about));
}

export function forbidden(about: About, why: string): StatusError {
  const what =
    about.name === '' ? `${qualified(about)} is forbidden` : `${qualified(about)} "${about.name}" is forbidden`;
  return failure(403, 'Forbidden', `${what}: ${why}`, detailsOf(about));
}

export function methodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource';
  return failure(405, 'MethodNotAllowed', message, {});
}

export function badRequest(message: string): StatusError {
  return failure(400, 'BadRequest', message);
}

export function internalError(message: string): StatusError {
  return failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
}

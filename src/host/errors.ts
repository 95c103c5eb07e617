// Errors of Node as errors of system calls.

import { type ErrnoCode, SysError } from '../../sandbox/machine/sys.ts';

const CODES: ReadonlySet<string> = new Set<ErrnoCode>([
  'E2BIG',
  'EACCES',
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'EAGAIN',
  'EBADF',
  'EBUSY',
  'ECONNREFUSED',
  'ECONNRESET',
  'EEXIST',
  'EHOSTUNREACH',
  'EINVAL',
  'EIO',
  'EISDIR',
  'ELOOP',
  'EMFILE',
  'ENAMETOOLONG',
  'ENETUNREACH',
  'ENOENT',
  'ENOEXEC',
  'ENOSPC',
  'ENOTDIR',
  'ENOTEMPTY',
  'EPERM',
  'EPIPE',
  'EROFS',
  'ETIMEDOUT',
]);

/** Codes of Node's TLS for certificates that were refused, with what Go's x509 says. */
const TLS_TEXTS: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: 'x509: certificate signed by unknown authority',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'x509: certificate signed by unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'x509: certificate signed by unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'x509: certificate signed by unknown authority',
  CERT_SIGNATURE_FAILURE: 'x509: certificate signed by unknown authority',
  CERT_HAS_EXPIRED: 'x509: certificate has expired or is not yet valid',
};

export function sysError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SysError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return new SysError('ENOTFOUND');
  if (code in TLS_TEXTS) return new SysError('ETLS', TLS_TEXTS[code]);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return new SysError('ETLS', error.message);
  if (isErrno(code)) return new SysError(code, error.message);
  return 'errors' in error && Array.isArray(error.errors) ? sysError(error.errors[0]) : error;
}

function isErrno(code: string): code is ErrnoCode {
  return CODES.has(code);
}

/** Runs a call of the host; what it throws becomes an error of a system call. */
export function hostCall<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw sysError(error);
  }
}

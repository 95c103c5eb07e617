import { describe, expect, it } from 'vitest';
import { authenticate, bearerToken } from '../../../../sandbox/apiserver/auth/authenticate.ts';
import type { HttpHeaders, HttpRequest } from '../../../../sandbox/apiserver/http/message.ts';
import { rootCaller } from '../../../../sandbox/client/client.ts';
import type { UserInfo } from '../../../../sandbox/kube/operation.ts';
import { ADMIN, assemble, newSimulatorState } from '../../../../sandbox/simulator.ts';

const context = assemble(newSimulatorState()).api.context(rootCaller(ADMIN, 'test'), false, []);

function who(authorization?: string, user?: UserInfo): UserInfo {
  const headers: HttpHeaders = authorization === undefined ? {} : { authorization: [authorization] };
  const request: HttpRequest = {
    method: 'GET',
    target: '/version',
    headers,
    body: new Uint8Array(0),
    source: '127.0.0.1',
    certificate: undefined,
    webSocket: undefined,
    ...(user === undefined ? {} : { user }),
  };
  return authenticate(
    request,
    context,
    () => undefined,
    () => undefined,
  );
}

describe('who sends a request', () => {
  it.each([undefined, '', 'Basic eDp5', 'Bearer', 'Bearer ', 'Bearer  two-spaces'])('is nobody with %j', (shown) => {
    expect(who(shown)).toEqual({ name: 'system:anonymous', groups: ['system:unauthenticated'] });
  });

  it.each(['Bearer nonsense', 'bearer a.b.c', 'Bearer learner'])('is refused with %j', (shown) => {
    expect(() => who(shown)).toThrow('Unauthorized');
  });

  it('is whom its carrier knows, whatever it shows', () => {
    expect(who('Bearer nonsense', ADMIN)).toBe(ADMIN);
  });

  it('shows a token in any letters, and with more behind it', () => {
    expect(bearerToken({ authorization: ['  BEARER abc def '] })).toBe('abc');
  });
});

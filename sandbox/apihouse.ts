// The API server as programs on simulated machines reach it: kubectl on the workstation, a client in a pod. What they say
// in HTTP comes as data, passes the server's door, and goes back as data.

import { bearerToken } from './apiserver/auth/authenticate.ts';
import type { Door } from './apiserver/http/door.ts';
import type { HttpResponse } from './apiserver/http/message.ts';
import type { Cause, Origin } from './kube/cause.ts';
import type { UserInfo } from './kube/operation.ts';
import type { Kernel } from './machine/context.ts';
import { answerExchange, type HouseRequest, type HouseResponse } from './machine/net/house.ts';
import type { HttpService } from './machine/network.ts';
import type { Loop } from './time/loop.ts';

/** The name under which the network knows it. */
export const API_SERVICE = 'kube-apiserver';

/** Whoever shows this inside of the simulated world is the administrator. Real sockets lead past here. */
export const ADMIN_TOKEN = 'learner';

export interface ApiHouseDeps {
  readonly loop: Loop;
  readonly door: Door;
  /** Asked when a request comes: the kernel is made after its network. */
  readonly kernel: () => Kernel;
  readonly administrator: UserInfo;
  /** What its clients check; nothing where there is none. */
  readonly certificate?: string;
  /** What made the host that asks act: the learner's own command, mostly. */
  readonly causesOf: (request: HouseRequest) => readonly Cause[];
}

export function apiHouse(deps: ApiHouseDeps): HttpService {
  const { loop, door, kernel, administrator, certificate, causesOf } = deps;
  return {
    ...(certificate === undefined ? {} : { certificate }),
    handle(request) {
      const { method, target, headers, body, source, webSocket } = request;
      const origin = originOf(request, causesOf(request));
      const asked = { method, target, headers, body, source, certificate: request.certificate, webSocket, origin };
      const isLearner = request.certificate === undefined && bearerToken(headers) === ADMIN_TOKEN;
      loop.start(door.serve(isLearner ? { ...asked, user: administrator } : asked), (outcome) => {
        if (!outcome.ok) throw outcome.error;
        answerExchange(kernel(), request.exchange, responseOf(outcome.value));
      });
    },
  };
}

/** Writes are filed under the client's program. */
function originOf({ headers }: HouseRequest, causes: readonly Cause[]): Origin {
  const agent = headers['user-agent']?.[0] ?? '';
  const [program = ''] = agent.split('/');
  return { actor: program === '' ? 'client' : program, causes };
}

function responseOf({ status, headers, body, webSocket }: HttpResponse): HouseResponse {
  return { status, headers, body, ...(webSocket === undefined ? {} : { webSocket }) };
}

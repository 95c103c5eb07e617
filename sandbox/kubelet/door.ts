// The door of a node: what the API server asks a kubelet for.

import type {
  AttachRequest,
  ContainerAddress,
  ExecRequest,
  ForwardedPort,
  LogRequest,
  NodeDoor,
  ProxiedRequest,
  ProxiedResponse,
  Session,
} from '../kube/nodedoor.ts';
import { badRequest, notFound } from '../kube/status.ts';
import type { ChannelId } from '../time/channel.ts';
import type { Work } from '../time/loop.ts';
import type { Kubelet } from './kubeletcontext.ts';

export function createNodeDoor(kubelet: Kubelet): NodeDoor {
  void kubelet;
  void notFound;
  const refuse = (): never => {
    throw badRequest('not served');
  };
  return {
    *log(_request: LogRequest): Work<ChannelId> {
      return refuse();
    },
    *exec(_request: ExecRequest): Work<Session> {
      return refuse();
    },
    *attach(_request: AttachRequest): Work<Session> {
      return refuse();
    },
    *portForward(_pod: Omit<ContainerAddress, 'container'>, _port: number): Work<ForwardedPort> {
      return refuse();
    },
    *proxy(_request: ProxiedRequest): Work<ProxiedResponse> {
      return refuse();
    },
  };
}

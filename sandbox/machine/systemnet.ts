// The calls of `sys.ts` that have to do with the network.

import { durationMs } from '../time/units.ts';
import { callerOf, pingCall } from './attempts.ts';
import { addDescriptor, fileOf } from './descriptors.ts';
import type { OpenFile } from './files/open.ts';
import { now, type Part, whenDone } from './handle.ts';
import { type ClientRequest, httpCall } from './net/client.ts';
import { connectCall } from './net/connect.ts';
import { interfacesOf } from './net/interfaces.ts';
import { questionCall, resolveCall } from './net/resolver.ts';
import { openListener, shutEndpoint } from './net/sockets.ts';
import type { Process } from './state.ts';
import { type Address, type HttpRequest, SysError } from './sys.ts';

type Network =
  | 'connect'
  | 'listen'
  | 'accept'
  | 'shutdown'
  | 'localAddress'
  | 'remoteAddress'
  | 'resolve'
  | 'lookup'
  | 'ping'
  | 'interfaces'
  | 'natRules'
  | 'http'
  | 'webSocket';

const PING_TIMEOUT = durationMs(10_000);

export const networkCalls: Part<Network> = {
  connect(address, timeout) {
    return whenDone(this, (kernel) => ({
      call: 'connect',
      connect: connectCall(kernel, address, timeout, false),
    }));
  },
  listen(address, options) {
    return now(this, (kernel, process) => {
      if (isPrivileged(process, address.port)) throw new SysError('EACCES');
      const listener = openListener(kernel, process.network, address, process.credentials.uid, options);
      return addDescriptor(kernel, process, { kind: 'listener', refs: 0, listener });
    });
  },
  accept(fd) {
    return whenDone(this, () => ({ call: 'accept', fd }));
  },
  shutdown(fd) {
    now(this, (kernel, process) => {
      const file = fileOf(process, fd);
      if (file.kind !== 'stream') throw new SysError('ENOTCONN');
      shutEndpoint(kernel, file.endpoint);
    });
  },
  localAddress(fd) {
    return now(this, (_kernel, process) => addressOf(fileOf(process, fd), 'local'));
  },
  remoteAddress(fd) {
    return now(this, (_kernel, process) => addressOf(fileOf(process, fd), 'remote'));
  },
  resolve(name) {
    return whenDone(this, (kernel, process) => ({
      call: 'resolve',
      lookup: resolveCall(kernel, callerOf(process), name),
    }));
  },
  lookup(question, timeout) {
    return whenDone(this, () => ({ call: 'lookup', lookup: questionCall(question, timeout) }));
  },
  ping(host, timeout = PING_TIMEOUT) {
    return whenDone(this, (kernel, process) => pingCall(kernel, process, host, timeout));
  },
  interfaces() {
    return now(this, (kernel, process) => interfacesOf(kernel, process.network));
  },
  natRules() {
    return now(this, ({ fabric }, { network, credentials }) => {
      if (!credentials.capabilities.has('NET_ADMIN')) throw new SysError('EPERM');
      return Object.freeze([...(fabric.natRules?.(network) ?? [])]);
    });
  },
  http(request) {
    return whenDone(this, (kernel) => ({ call: 'http', http: httpCall(kernel, clientRequest(request, undefined)) }));
  },
  webSocket(request, protocols) {
    return whenDone(this, (kernel) => ({
      call: 'webSocket',
      http: httpCall(kernel, clientRequest(request, protocols)),
    }));
  },
};

/** Containers may use all ports: containerd lets those without a right of their own begin at 0. */
function isPrivileged({ container, credentials }: Process, port: number): boolean {
  return port > 0 && port < 1024 && container === undefined && !credentials.capabilities.has('NET_BIND_SERVICE');
}

function clientRequest(request: HttpRequest, webSocket: readonly string[] | undefined): ClientRequest {
  const { method, url, headers = {}, body = '', tls, timeout } = request;
  return { method, url, headers, body, tls, timeout, webSocket };
}

function addressOf(file: OpenFile, side: 'local' | 'remote'): Address | undefined {
  if (file.kind === 'stream') return file.endpoint[side];
  if (file.kind !== 'listener' || side === 'remote') return undefined;
  const { host, port } = file.listener;
  return { host: host === '' ? '0.0.0.0' : host, port };
}

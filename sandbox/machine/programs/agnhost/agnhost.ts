// `agnhost`: one program with a command for each thing that tests of clusters want of a container.

import type { Blocking, PlainData, Program, Sys } from '../../sys.ts';
import { pause } from '../servers/small.ts';
import { netexec } from './netexec.ts';
import {
  connect,
  dnsServers,
  dnsSuffix,
  entrypointTester,
  etcHosts,
  inClusterClient,
  logsGenerator,
  mounttest,
} from './once.ts';
import { grpcHealth, liveness, porter, serveHostname, testWebserver } from './servers.ts';

type Command = (sys: Sys, saved: PlainData | undefined) => Blocking<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  connect,
  'dns-server-list': dnsServers,
  'dns-suffix': dnsSuffix,
  'entrypoint-tester': entrypointTester,
  'etc-hosts': etcHosts,
  'grpc-health-checking': grpcHealth,
  inclusterclient: inClusterClient,
  liveness,
  'logs-generator': logsGenerator,
  mounttest,
  netexec,
  *pause(sys, saved) {
    if (saved === undefined) yield* sys.write(1, 'Paused\n');
    return yield* pause(sys, saved);
  },
  porter,
  'serve-hostname': serveHostname,
  'test-webserver': testWebserver,
};

export const agnhost: Program = function* run(sys, saved) {
  const name = sys.argv[1] ?? '';
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return yield* command(sys, saved);
  if (name === '--version') {
    yield* sys.write(1, 'agnhost version 2.56\n');
    return 0;
  }
  yield* sys.write(
    2,
    `agnhost: ${name === '' ? 'a command is needed' : `command "${name}" isn't modelled`}; there are ${Object.keys(COMMANDS).join(', ')}\n`,
  );
  return 1;
};

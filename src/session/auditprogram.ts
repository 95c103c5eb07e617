// `audit-log`: what the API server's audit log has, one event a line, as a real one stands in its file.

import type { Cluster } from '../../sandbox/cluster.ts';
import { goJson } from '../../sandbox/kube/go/text.ts';
import type { Blocking, Program, Sys } from '../../sandbox/machine/sys.ts';
import { encode } from '../../sandbox/machine/text.ts';

const NOT_KEPT = 'audit-log: nothing is kept: the cluster file has no `audit`\n';

export function auditLog(cluster: () => Cluster): Program {
  return function* run(sys: Sys): Blocking<number> {
    const { spec, apiserver } = cluster().state;
    if (spec.auditPolicy === undefined) {
      yield* sys.write(2, encode(NOT_KEPT));
      return 1;
    }
    for (const event of apiserver.audit.events) {
      yield* sys.write(1, encode(`${goJson(event)}\n`));
    }
    return 0;
  };
}

// Makes sandbox/schema/data/bootstrap.json, the objects that an API server makes in an empty store, from the recorded
// objects of a cluster that nobody has touched: node scripts/schema/bootstrap.mjs
// Left out are those that controllers make by themselves (service accounts, root certificates).

import { readFileSync, writeFileSync } from 'node:fs';

const OF_CONTROLLERS = new Set(['serviceaccounts', 'configmaps', 'ipaddresses.networking.k8s.io']);

const recorded = JSON.parse(readFileSync('test/golden/recorded/facts/bootstrap-objects.json', 'utf8'));
const objects = Object.entries(recorded)
  .filter(([resource]) => !OF_CONTROLLERS.has(resource))
  .flatMap(([resource, list]) => list.map((object) => ({ resource, object })));
// A namespace comes before what lies in it.
const rank = ({ resource }) => (resource === 'namespaces' ? 0 : 1);
objects.sort((a, b) => rank(a) - rank(b));
writeFileSync(
  'sandbox/schema/data/bootstrap.json',
  `[\n${objects.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`,
);

// The cluster that random command lines are tried on: objects of every kind, in the namespace `shop`.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTwin, type Twin } from './twin.ts';

const HOME = 'test/interop/differential/home';

const PREPARATION = [
  'kubectl apply -f world.yaml',
  'sleep 1; kubectl apply -f cron.yaml -f csr.yaml',
  'kubectl wait -n shop --for=condition=Ready pod/bare --timeout=60s',
  'kubectl wait -n shop --for=condition=Complete job/once --timeout=60s',
  // Jobs have failed and probes have passed by then.
  'sleep 3',
];

/** Not even JSON: no file of the repository is like that. */
const BROKEN = '{"apiVersion": "v1", "kind": }\n';

export async function shopTwin(kubectl: string, seed = 1): Promise<Twin> {
  const names = readdirSync(HOME);
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(HOME, name), 'utf8')]));
  const twin = await createTwin({ kubectl, seed, files: { ...files, 'bad.json': BROKEN } });
  for (const line of PREPARATION) {
    const { exit, stderr } = await twin.prepare(line);
    if (exit !== 0) throw new Error(`${line}: ${stderr}`);
  }
  return twin;
}

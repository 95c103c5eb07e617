// /metrics: what a real server measures of itself. The names are all there; what isn't measured here has no samples.

import names from '../../schema/data/metrics.json' with { type: 'json' };
import type { HttpResponse } from './message.ts';

export function metricsText(): HttpResponse {
  const lines = Object.entries(names)
    .flatMap(([type, list]) => list.map((name) => ({ name, type })))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type }) => `# HELP ${name} Measured by a real server; not by this one.\n# TYPE ${name} ${type}\n`);
  const type = 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores';
  return { status: 200, headers: { 'content-type': [type] }, body: lines.join('') };
}

// `npm run bench [NAME]`: measures what the project promises. --json prints one object a figure; --gate ends with status 1
// when a figure is beyond its limit.

import { api } from './api.ts';
import { clusters } from './clusters.ts';
import { containers } from './containers.ts';
import type { BenchEntry, Figure } from './entry.ts';
import { kubectl } from './kubectl.ts';
import { machine } from './machine.ts';
import { scheduler } from './scheduler.ts';
import { screen } from './screen.ts';
import { sessions } from './sessions.ts';
import { startup } from './startup.ts';
import { teacher } from './teacher.ts';
import { thousands } from './thousands.ts';
import { traffic } from './traffic.ts';
import { wire } from './wire.ts';

const ENTRIES: readonly BenchEntry[] = [
  ...traffic,
  ...startup,
  ...clusters,
  ...thousands,
  ...api,
  ...scheduler,
  ...sessions,
  ...screen,
  ...kubectl,
  ...machine,
  ...containers,
  ...wire,
  ...teacher,
];

const args = process.argv.slice(2);
const json = args.includes('--json');
const gate = args.includes('--gate');
const [wanted] = args.filter((arg) => !arg.startsWith('--'));

const chosen = ENTRIES.filter(({ name, onlyNamed }) =>
  wanted === undefined ? onlyNamed !== true : name.startsWith(wanted),
);
if (chosen.length === 0) {
  console.error(`no measurement is called ${wanted}; there are: ${ENTRIES.map(({ name }) => name).join(' ')}`);
  process.exit(2);
}
let beyond = 0;
for (const { run } of chosen) {
  for (const figure of await run()) {
    if (!holds(figure)) beyond++;
    console.log(json ? JSON.stringify({ ...figure, ok: holds(figure) }) : line(figure));
  }
}
process.exitCode = gate && beyond > 0 ? 1 : 0;

function holds({ value, limit, least }: Figure): boolean {
  return (limit === undefined || value <= limit) && (least === undefined || value >= least);
}

function line(figure: Figure): string {
  const { name, value, unit, limit, least, note } = figure;
  const number = value >= 100 ? value.toFixed(0) : value.toPrecision(3);
  const bound = limit !== undefined ? `at most ${limit}` : least !== undefined ? `at least ${least}` : '';
  const verdict = bound === '' ? '' : holds(figure) ? 'ok' : 'BEYOND';
  return `${name.padEnd(34)} ${number.padStart(8)} ${unit.padEnd(8)} ${bound.padEnd(16)} ${verdict.padEnd(7)} ${note ?? ''}`.trimEnd();
}

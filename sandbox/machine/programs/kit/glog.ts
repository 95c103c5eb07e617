// Lines of logs as programs of the Kubernetes world write them: `I0101 00:00:00.000000       7 controller.go:214] text`.

import type { Sys } from '../../sys.ts';
import { strftime } from './strftime.ts';

export function glogLine(sys: Sys, level: 'I' | 'W' | 'E', place: string, text: string): string {
  const at = strftime('%m%d %H:%M:%S', sys.now() / 1000);
  const micros = String(sys.now() % 1000)
    .padStart(3, '0')
    .padEnd(6, '0');
  return `${level}${at}.${micros} ${String(sys.pid).padStart(7)} ${place}] ${text}\n`;
}

// What two runs of one command can't have in common, whoever ran it: names of temporary files, numbers of processes, and
// what a program draws by lot. Everything else must be equal to the byte.

interface Mask {
  readonly what: string;
  readonly pattern: RegExp;
  readonly shown: string;
}

const ALWAYS: readonly Mask[] = [
  { what: 'folders and files for the moment', pattern: /(?<=\/(?:LIVE|MERGED|kubectl-edit)-)\d+/g, shown: '<n>' },
  { what: 'the head of a log line', pattern: /^[IWEF]\d{4} [\d:.]+ +\d+ /gm, shown: '<log> ' },
  { what: 'times of those files', pattern: /(?<=\t)\d{4}-\d\d-\d\d [\d:.]+ \+0000$/gm, shown: '<time>' },
  { what: 'debuggers and the pods for them', pattern: /(?<=debugger-(?:[\w-]*-)?)[a-z0-9]{5}\b/g, shown: '<lot>' },
  { what: 'the milliseconds of a logged request', pattern: /(?<=milliseconds=)\d+/g, shown: '<n>' },
  { what: 'how long a watch lasts at most', pattern: /(?<=timeoutSeconds=)\d+/g, shown: '<n>' },
  {
    what: 'how long a typed watch is waited for',
    pattern: /(?<=[?&]timeout=)\d+m\d+s(?=&timeoutSeconds=)/g,
    shown: '<n>',
  },
  { what: 'what the stock kubectl was built from', pattern: /(?<=gitCommit"?: "?)0+(?="?,?$)/gm, shown: '<commit>' },
  { what: 'the name server of this machine', pattern: / on [\d.]+:53(?=: no such host)/g, shown: '' },
  { what: 'objects of Go in a map', pattern: /(?<=can't set a map to a value: )map\[.*\]/g, shown: '<map>' },
  { what: 'folders that one of the machines lacks', pattern: /^Unable to read directory "\/usr.*\n/gm, shown: '' },
  { what: 'feature gates, in any order', pattern: /(?<=state" )feature="\w+" enabled=\w+/g, shown: '<gate>' },
  { what: 'addresses in memory', pattern: /0x[0-9a-f]{8,}/g, shown: '<address>' },
];

/** Both wrote, one after the other: what the server drew and when it was. */
const OF_WRITES: readonly Mask[] = [
  { what: 'ports drawn for Services', pattern: /(?<=nodePort: Duplicate value: )\d+/g, shown: '<port>' },
  { what: 'uids', pattern: /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, shown: '<uid>' },
  { what: 'moments', pattern: /\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, shown: '<time>' },
  { what: 'tokens', pattern: /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, shown: '<token>' },
  { what: 'generated names', pattern: /(?<=-)[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, shown: '<lot>' },
];

/** A text with what can't be equal taken out. `writes`: the command changed something. */
export function masked(text: string, writes: boolean): string {
  const masks = writes ? [...ALWAYS, ...OF_WRITES] : ALWAYS;
  return masks.reduce((rest, { pattern, shown }) => rest.replaceAll(pattern, shown), text);
}

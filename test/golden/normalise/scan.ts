// Finds, in any text, what varies from run to run, by its form alone. This table is the whole list; everything that it
// does not name is compared to the byte.

export type VariableKind =
  /** Five random characters at the end of a generated name. */
  | 'name'
  | 'podAddress'
  | 'podRange'
  | 'serviceAddress'
  | 'nodePort'
  | 'uid'
  /** Minutes since the epoch in the name of a CronJob's job. */
  | 'minute'
  /** The hexadecimal time in the name of an Event. */
  | 'eventName'
  | 'containerId'
  | 'imageId'
  /** Keys, certificates, tokens. */
  | 'secret'
  | 'continue'
  | 'version'
  | 'time'
  | 'duration'
  | 'temporary';

export type Token = { readonly kind: 'text' | VariableKind; readonly text: string };

const RANDOM = '[bcdfghjklmnpqrstvwxz2456789]';
const CLOCK = '\\d{2}:\\d{2}:\\d{2}';
const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
/** As `kubectl` prints an age. */
export const AGE = '(?:\\d+y)?(?:\\d+d)?(?:\\d+h)?(?:\\d+m)?(?:\\d+s)?';

const forms: readonly (readonly [VariableKind, string])[] = [
  ['secret', '-----BEGIN [A-Z0-9 ]+-----[A-Za-z0-9+/=\\s]+-----END [A-Z0-9 ]+-----\\n?'],
  ['secret', '(?<![A-Za-z0-9+/])(?:LS0tLS1CRUdJTi|MI[IG])[A-Za-z0-9+/]{40,}={0,2}'],
  ['secret', 'eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+'],
  ['secret', '(?<![A-Za-z0-9+/])ZXlK[A-Za-z0-9+/]{40,}={0,2}'],
  ['continue', 'eyJ2IjoibWV0YS5rOHMuaW8v[A-Za-z0-9_-]+'],
  ['uid', '(?<![0-9a-f-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f-])'],
  ['uid', '(?<=\\bpvc-)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f-])'],
  ['containerId', '(?<=containerd://)[0-9a-f]{64}'],
  ['imageId', '(?<=sha256:|SHA256=)[0-9a-f]{64}'],
  ['containerId', '(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])'],
  ['time', `\\d{4}-\\d{2}-\\d{2}T${CLOCK}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2})`],
  ['time', `\\d{4}-\\d{2}-\\d{2} ${CLOCK}(?:\\.\\d+)?(?: [+-]\\d{4})?(?: UTC)?(?: m=[+-][\\d.]+)?`],
  ['time', `${DAY}, \\d{2} ${MONTH} \\d{4} ${CLOCK} (?:GMT|UTC|[+-]\\d{4})`],
  ['time', `${DAY} ${MONTH} [ \\d]\\d ${CLOCK} (?:UTC )?\\d{4}`],
  ['time', `\\d{4}/\\d{2}/\\d{2} ${CLOCK}`],
  ['time', '(?<![\\w.-])20\\d{2}-\\d{2}-\\d{2}(?![\\w.-])'],
  ['time', `\\d{2}/${MONTH}/\\d{4}:${CLOCK} [+-]\\d{4}`],
  ['time', `\\d{2} ${MONTH} \\d{4} ${CLOCK}(?:\\.\\d+)?`],
  ['time', `(?<=^[IWEF])\\d{4} ${CLOCK}\\.\\d{6} +\\d+(?= )`],
  ['podAddress', '(?<![\\d.])10\\.244\\.\\d{1,3}\\.\\d{1,3}(?![\\d/]|\\.\\d)'],
  ['podRange', '(?<![\\d.])10\\.244\\.\\d{1,3}\\.0(?=/24)'],
  ['podAddress', '(?<![\\d-])10-244-\\d{1,3}-\\d{1,3}(?![\\d-])'],
  ['serviceAddress', '(?<![\\d.])10\\.96\\.(?!0\\.10?(?!\\d))\\d{1,3}\\.\\d{1,3}(?![\\d/]|\\.\\d)'],
  ['nodePort', '(?<![\\d.-])3[0-2]\\d{3}(?=/(?:TCP|UDP|SCTP))'],
  ['nodePort', '(?<=[nN]odePort"?[:=] ?)3[0-2]\\d{3}(?!\\d)'],
  ['version', '(?<=resource ?[vV]ersion\\\\*"?[:=] ?\\\\*"?|resource version: \\d+ \\()\\d+(?!\\d)'],
  ['version', '(?<=Too large resource version: \\d+, current: )\\d+'],
  ['minute', '(?<=-)(?:2[89]|3[01])\\d{6}(?!\\d)'],
  ['eventName', '(?<=\\.)1[0-9a-f]{15}(?![0-9a-z])'],
  // `web-kt8p7_default(5b1…)` is how a kubelet names a pod.
  ['name', `(?<=-)${RANDOM}{5}(?![A-Za-z0-9]|_(?![a-z0-9-]+\\())`],
  ['duration', '(?<![\\w.])\\d+\\.\\d+(?:µs|us|ms|s)(?!\\w)'],
  ['duration', `(?<=\\bover )(?=\\d)${AGE}(?!\\w)|(?<![\\w.])(?=\\d)${AGE}(?= ago\\b)`],
  ['duration', '(?<=[mM]illiseconds=|\\bin )\\d+(?=$|[\\s",)]| ?m?s\\b)'],
  ['temporary', '(?<=/tmp/[A-Za-z]+-)\\d{4,}|(?<=kubectl-edit-)[a-z0-9]+(?=\\.yaml)'],
];

const scanner = new RegExp(forms.map(([, form]) => `(${form})`).join('|'), 'gu');

/** Splits a text into what is compared to the byte and what varies. */
export function scan(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let done = 0;
  for (const match of text.matchAll(scanner)) {
    const form = match.findIndex((group, i) => i > 0 && group !== undefined) - 1;
    const kind = forms[form]?.[0];
    if (kind === undefined || match[0] === '') continue;
    if (match.index > done) tokens.push({ kind: 'text', text: text.slice(done, match.index) });
    tokens.push({ kind, text: match[0] });
    done = match.index + match[0].length;
  }
  if (done < text.length) tokens.push({ kind: 'text', text: text.slice(done) });
  return tokens;
}

/** The text with each variable replaced by what `replace` says, by default by its kind. */
export function masked(text: string, replace: (token: Token) => string = ({ kind }) => `<${kind}>`): string {
  return scan(text)
    .map((token) => (token.kind === 'text' ? token.text : replace(token)))
    .join('');
}

/** Pod addresses are one and the same whether written with dots or with dashes. */
export function canonical({ kind, text }: Token): string {
  return kind === 'podAddress' ? text.replaceAll('-', '.') : text;
}

/** A volume with a service account's token: its name is random and stands for nothing else. */
export const isTokenVolume = (before: string): boolean => before.endsWith('kube-api-access-');

// Which shell this is: busybox ash (busybox and alpine images), dash (Debian's sh) or bash (the workstation, and images
// that have it). They share one parser and one evaluator; what differs in syntax stands here, what differs in words in
// `messages.ts`.

export type FlavourName = 'ash' | 'dash' | 'bash';

export interface Flavour {
  readonly name: FlavourName;
  /** `a=(1 2)`, `${a[i]}`, `${!a}`, `${a^^}`, `${a@Q}`. */
  readonly arrays: boolean;
  /** `((...))` and `for ((;;))`. */
  readonly arithmeticCommands: boolean;
  /** `[[ ]]` as syntax; ash has it as a command. */
  readonly conditions: boolean;
  readonly braces: boolean;
  /** `<<<` */
  readonly hereStrings: boolean;
  /** `<(...)` */
  readonly processSubstitution: boolean;
  /** `${x:1:2}`, `${x/a/b}`. */
  readonly substrings: boolean;
  /** `$'...'` */
  readonly ansiQuotes: boolean;
  /** `&>` */
  readonly bothStreams: boolean;
  /** `|&`, `;&`, `select`, `{fd}>`, `coproc`. */
  readonly extras: boolean;
  /** `function name { }` */
  readonly functionKeyword: boolean;
  /** `time` as a word of the grammar. */
  readonly timeKeyword: boolean;
  /** Aliases work in scripts too. */
  readonly aliasesInScripts: boolean;
  /** `$RANDOM`, `$SECONDS`. */
  readonly random: boolean;
  /** Any word may name a function. */
  readonly anyFunctionName: boolean;
}

export const FLAVOURS: Readonly<Record<FlavourName, Flavour>> = {
  ash: {
    name: 'ash',
    arrays: false,
    arithmeticCommands: false,
    conditions: false,
    braces: false,
    hereStrings: false,
    processSubstitution: true,
    substrings: true,
    ansiQuotes: true,
    bothStreams: true,
    extras: false,
    functionKeyword: true,
    timeKeyword: false,
    aliasesInScripts: true,
    random: true,
    anyFunctionName: false,
  },
  dash: {
    name: 'dash',
    arrays: false,
    arithmeticCommands: false,
    conditions: false,
    braces: false,
    hereStrings: false,
    processSubstitution: false,
    substrings: false,
    ansiQuotes: false,
    bothStreams: false,
    extras: false,
    functionKeyword: false,
    timeKeyword: false,
    aliasesInScripts: true,
    random: false,
    anyFunctionName: false,
  },
  bash: {
    name: 'bash',
    arrays: true,
    arithmeticCommands: true,
    conditions: true,
    braces: true,
    hereStrings: true,
    processSubstitution: true,
    substrings: true,
    ansiQuotes: true,
    bothStreams: true,
    extras: true,
    functionKeyword: true,
    timeKeyword: true,
    aliasesInScripts: false,
    random: true,
    anyFunctionName: true,
  },
};

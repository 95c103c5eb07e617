// The flags, width and precision of a verb like `%-10.3s`.

export interface Flags {
  readonly plus: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number;
  readonly precision: number | undefined;
  /** `%#v`: in the syntax of Go. */
  readonly goSyntax: boolean;
}

export const NO_FLAGS: Flags = {
  plus: false,
  minus: false,
  sharp: false,
  space: false,
  zero: false,
  width: 0,
  precision: undefined,
  goSyntax: false,
};

/** Fills a text up to the width, on the left unless the flag `-` is set. */
export function pad(text: string, flags: Flags): string {
  return padWith(text, flags, flags.zero && !flags.minus ? '0' : ' ');
}

/** The same with blanks, whatever the flags say. */
export function padWithBlanks(text: string, flags: Flags): string {
  return padWith(text, flags, ' ');
}

function padWith(text: string, { width, minus }: Flags, filling: string): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  return minus ? text + filling.repeat(missing) : filling.repeat(missing) + text;
}

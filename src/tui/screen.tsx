// A picture drawn by Ink: a row of text each. Nothing is decided here. Ink lays out and renders; what it has rendered is taken
// from it before it reaches the terminal, for `painter.ts` knows the alternate screen and writes less.

import { Writable } from 'node:stream';
import { Box, type Instance, render, Text } from 'ink';
import { memo, type ReactElement } from 'react';
import { ansi } from './ansi.ts';
import type { Frame } from './frame.ts';
import type { Size } from './layout.ts';
import { delta, type Picture } from './painter.ts';

interface LineProps {
  readonly text: string;
}

/** An empty text would have no height. */
const Line = memo(function Line({ text }: LineProps): ReactElement {
  return <Text wrap="truncate">{text === '' ? ' ' : text}</Text>;
});

interface BandProps {
  readonly rows: readonly string[];
}

function Band({ rows }: BandProps): ReactElement {
  return (
    <Box flexDirection="column">
      {rows.map((text, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Line key={i} text={text} />
      ))}
    </Box>
  );
}

export interface Screen {
  draw(frame: Frame): void;
  /** Everything is written anew with the next picture. */
  forget(): void;
  close(): void;
}

export interface ScreenOptions {
  readonly write: (text: string) => void;
  readonly size: () => Size;
  readonly colors: boolean;
}

/** Ink goes through every character of what it renders: a picture is rendered in bands, and only those that have changed. */
const BAND_ROWS = 5;

/** The first row has the clock, and is a band of its own. */
function bandsOf(rows: readonly string[]): readonly (readonly string[])[] {
  const rest = rows.slice(1);
  const bands = Array.from({ length: Math.ceil(rest.length / BAND_ROWS) }, (_, i) =>
    rest.slice(i * BAND_ROWS, (i + 1) * BAND_ROWS),
  );
  return [rows.slice(0, 1), ...bands];
}

export function openScreen({ write, size, colors }: ScreenOptions): Screen {
  const bands: InkBand[] = [];
  let shown: Picture | undefined;
  return {
    draw(frame) {
      const texts = frame.rows.map((row) => ansi(row, colors));
      const rows: string[] = [];
      for (const [i, part] of bandsOf(texts).entries()) {
        const band = bands[i] ?? openBand(size);
        bands[i] = band;
        rows.push(...band.render(part));
      }
      const picture: Picture = { rows, cursor: frame.cursor };
      const change = delta(shown, picture);
      shown = picture;
      if (change !== '') write(change);
    },
    forget() {
      shown = undefined;
      for (const band of bands) band.forget();
    },
    close() {
      for (const band of bands.splice(0)) band.close();
    },
  };
}

interface InkBand {
  /** Rows as Ink has rendered them; unchanged ones cost nothing. */
  render(rows: readonly string[]): readonly string[];
  forget(): void;
  close(): void;
}

function openBand(size: () => Size): InkBand {
  let instance: Instance | undefined;
  let asked: string | undefined;
  let rendered: readonly string[] = [];
  const output = inkOutput(size, (text) => {
    rendered = text.split('\n').map((row) => (row === ' ' ? '' : row));
  });
  return {
    render(rows) {
      const key = rows.join('\n');
      if (key === asked) return rendered;
      asked = key;
      const node = <Band rows={rows} />;
      if (instance !== undefined) instance.rerender(node);
      // `debug` makes Ink hand over what it has rendered whole and at once.
      else instance = render(node, { stdout: output, debug: true, exitOnCtrlC: false, patchConsole: false });
      return rendered;
    },
    forget() {
      asked = undefined;
    },
    close: () => instance?.unmount(),
  };
}

/** What Ink takes for its terminal. */
function inkOutput(size: () => Size, take: (text: string) => void): NodeJS.WriteStream {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      take(String(chunk));
      done();
    },
  });
  Object.defineProperty(stream, 'columns', { get: () => size().columns });
  Object.defineProperty(stream, 'rows', { get: () => size().rows });
  return stream as NodeJS.WriteStream;
}

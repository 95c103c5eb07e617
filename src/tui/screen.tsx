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

export interface RowsProps {
  readonly frame: Frame;
  readonly colors: boolean;
}

export function Rows({ frame, colors }: RowsProps): ReactElement {
  return (
    <Box flexDirection="column">
      {frame.rows.map((row, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its place
        <Line key={i} text={ansi(row, colors)} />
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

export function openScreen({ write, size, colors }: ScreenOptions): Screen {
  let instance: Instance | undefined;
  let shown: Picture | undefined;
  let cursor: Picture['cursor'];
  let closed = false;
  const output = inkOutput(size, (text) => {
    if (closed) return;
    const picture: Picture = { rows: text.split('\n').map((row) => (row === ' ' ? '' : row)), cursor };
    const change = delta(shown, picture);
    shown = picture;
    if (change !== '') write(change);
  });
  return {
    draw(frame) {
      cursor = frame.cursor;
      const node = <Rows frame={frame} colors={colors} />;
      if (instance !== undefined) instance.rerender(node);
      // `debug` makes Ink hand over each frame whole and at once.
      else instance = render(node, { stdout: output, debug: true, exitOnCtrlC: false, patchConsole: false });
    },
    forget() {
      shown = undefined;
    },
    close() {
      closed = true;
      instance?.unmount();
    },
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

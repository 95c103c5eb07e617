// What the server sends: rows, tags, errors, and that it is ready.

import type { Bytes } from '../../sys.ts';
import { concat, encode } from '../../text.ts';
import type { Outcome } from '../sql/execute.ts';
import type { Result } from '../sql/query.ts';
import { show } from '../sql/values.ts';
import type { PostgresError } from './messages.ts';
import { cstring, int16, int32, message } from './protocol.ts';

const OIDS = { number: 23, text: 25, boolean: 16 } as const;
const NULL = int32(-1);

export function readyFor(inTransaction: boolean, failed: boolean): Bytes {
  return message('Z', encode(failed ? 'E' : inTransaction ? 'T' : 'I'));
}

function resultMessages({ columns, kinds, rows }: Result): Bytes {
  const description = columns.map((name, index) =>
    concat([cstring(name), int32(0), int16(0), int32(OIDS[kinds[index] ?? 'text']), int16(-1), int32(-1), int16(0)]),
  );
  const data = rows.map((row) => {
    const values = row.map((value) => {
      if (value === null) return NULL;
      const bytes = encode(show(value, 'postgres'));
      return concat([int32(bytes.length), bytes]);
    });
    return message('D', int16(row.length), ...values);
  });
  return concat([message('T', int16(columns.length), ...description), ...data]);
}

export function outcomeMessages({ tag, result }: Outcome): Bytes {
  const complete = message('C', cstring(tag));
  return result === undefined ? complete : concat([resultMessages(result), complete]);
}

export function errorMessage({ code, message: text, detail, position }: PostgresError, severity = 'ERROR'): Bytes {
  const field = (letter: string, value: string | undefined): Bytes =>
    value === undefined ? new Uint8Array(0) : cstring(letter + value);
  return message(
    'E',
    field('S', severity),
    field('V', severity),
    field('C', code),
    field('M', text),
    field('D', detail),
    field('P', position === undefined ? undefined : String(position)),
    new Uint8Array([0]),
  );
}

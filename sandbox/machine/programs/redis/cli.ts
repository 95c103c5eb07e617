// `redis-cli`: one command from its arguments, or as many as are typed.

import { durationMs } from '../../../time/units.ts';
import { errorText } from '../../errors.ts';
import { type Blocking, type Bytes, type Fd, type Sys, SysError } from '../../sys.ts';
import { concat } from '../../text.ts';
import { type CommandSpec, type Context, command } from '../kit/command.ts';
import { lineReader } from '../kit/input.ts';
import { decodeReply, encodeCommand, type Reply } from './protocol.ts';

const CLI: CommandSpec = {
  usage: '[OPTIONS] [cmd [arg [arg ...]]]',
  flags: 'h= p= a= n= u= r= i= x raw no-raw no-auth-warning c user= pass= version scan pattern=',
  inOrder: true,
};

export const redisCli = command(CLI, function* (context) {
  const { flags, args, sys } = context;
  if (flags.has('version')) {
    context.print('redis-cli 7.0.15\n');
    return undefined;
  }
  const url = /^redis:\/\/(?:[^:@]*:?([^@]*)@)?([^:/]+)(?::(\d+))?/.exec(flags.value('u') ?? '');
  const host = url?.[2] ?? flags.value('h') ?? '127.0.0.1';
  const port = Number(url?.[3] ?? flags.value('p') ?? 6379);
  const password = url?.[1] || flags.value('a') || flags.value('pass') || sys.env.get('REDISCLI_AUTH');
  if (flags.has('a') && !flags.has('no-auth-warning'))
    context.warn("Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n");
  const fd = yield* connect(context, host, port);
  if (fd === undefined) return 1;
  if (password !== undefined) {
    const reply = yield* ask(sys, fd, ['AUTH', password]);
    if (reply.r === 'error') context.warn(`AUTH failed: ${reply.text}\n`);
  }
  const db = flags.value('n');
  if (db !== undefined) yield* ask(sys, fd, ['SELECT', db]);
  const plain = flags.has('raw') || (!sys.isatty(1) && !flags.has('no-raw'));
  if (flags.has('scan')) {
    const keys = yield* ask(sys, fd, ['KEYS', flags.value('pattern') ?? '*']);
    if (keys.r === 'list') for (const key of keys.items) context.print(`${show(key, true, '')}\n`);
    return undefined;
  }
  if (args[0]?.toLowerCase() === 'subscribe') return yield* listen(context, fd, args, plain);
  if (args.length > 0) {
    const times = Number(flags.value('r') ?? 1);
    for (let i = 0; i < times; i++) {
      const reply = yield* ask(sys, fd, args);
      context.print(`${show(reply, plain, '')}\n`);
      yield* context.flush();
      if (flags.has('i')) yield* sys.sleep(durationMs(Number(flags.value('i')) * 1000));
    }
    return undefined;
  }
  return yield* typed(context, fd, `${host}:${port}`, plain);
});

function* connect(context: Context, host: string, port: number): Blocking<Fd | undefined> {
  try {
    return yield* context.sys.connect({ host, port });
  } catch (error) {
    if (!(error instanceof SysError)) throw error;
    const why = error.code === 'ENOTFOUND' ? 'Name or service not known' : errorText(error.code);
    context.warn(`Could not connect to Redis at ${host}:${port}: ${why}\n`);
    return undefined;
  }
}

/** Sends a command and waits for its answer. */
function* ask(sys: Sys, fd: Fd, words: readonly string[]): Blocking<Reply> {
  yield* sys.write(fd, encodeCommand(words));
  let bytes: Bytes = new Uint8Array(0);
  for (;;) {
    const chunk = yield* sys.read(fd, 65_536);
    if (chunk.length === 0) return { r: 'error', text: 'Server closed the connection' };
    bytes = concat([bytes, chunk]);
    const reply = decodeReply(bytes);
    if (reply !== undefined) return reply.value;
  }
}

/** Shows what comes until the connection ends. */
function* listen(context: Context, fd: Fd, words: readonly string[], plain: boolean): Blocking<number> {
  const { sys } = context;
  yield* sys.write(fd, encodeCommand(words));
  let bytes: Bytes = new Uint8Array(0);
  for (;;) {
    const chunk = yield* sys.read(fd, 65_536);
    if (chunk.length === 0) return 1;
    bytes = concat([bytes, chunk]);
    for (let reply = decodeReply(bytes); reply !== undefined; reply = decodeReply(bytes)) {
      bytes = bytes.subarray(reply.used);
      context.print(`${show(reply.value, plain, '')}\n`);
    }
    yield* context.flush(true);
  }
}

/** As a terminal shows it, or (plain) as a script wants it. */
function show(reply: Reply, plain: boolean, indent: string): string {
  switch (reply.r) {
    case 'ok':
      return reply.text;
    case 'error':
      return plain ? reply.text : `(error) ${reply.text}`;
    case 'number':
      return plain ? String(reply.value) : `(integer) ${reply.value}`;
    case 'nothing':
      return plain ? '' : '(nil)';
    case 'text':
      return plain || reply.text.includes('\r\n') ? reply.text : JSON.stringify(reply.text);
    case 'list': {
      if (reply.items.length === 0) return plain ? '' : '(empty array)';
      if (plain) return reply.items.map((item) => show(item, plain, indent)).join('\n');
      const width = String(reply.items.length).length;
      return reply.items
        .map(
          (item, i) =>
            `${i === 0 ? '' : indent}${String(i + 1).padStart(width)}) ${show(item, plain, `${indent}${' '.repeat(width + 2)}`)}`,
        )
        .join('\n');
    }
  }
}

function* typed(context: Context, fd: Fd, address: string, plain: boolean): Blocking<number> {
  const { sys } = context;
  const interactive = sys.isatty(0);
  const reader = lineReader(context, 0);
  for (;;) {
    if (interactive) context.print(`${address}> `);
    yield* context.flush();
    const line = yield* reader.next();
    if (line === undefined) return 0;
    const words = [...line.text.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)/g)].map(
      ([, double, single, bare]) => double?.replace(/\\(.)/g, '$1') ?? single ?? bare ?? '',
    );
    if (words.length === 0) continue;
    if (words[0]?.toLowerCase() === 'exit' || words[0]?.toLowerCase() === 'quit') return 0;
    context.print(`${show(yield* ask(sys, fd, words), plain, '')}\n`);
  }
}

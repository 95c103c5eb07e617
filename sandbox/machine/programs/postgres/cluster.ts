// PostgreSQL's data folder: how it is made, what lies in it, and that it is written whenever something has changed.

import type { Blocking, Sys } from '../../sys.ts';
import { jsonObject } from '../kit/apiview.ts';
import { statOrNothing } from '../kit/attempt.ts';
import { capture } from '../kit/capture.ts';
import { tryTextFile, writeFile } from '../kit/input.ts';
import { setting } from '../learn/pages.ts';
import { readDatabases, writeDatabases } from '../sql/disk.ts';
import { type Engine, runStatement } from '../sql/engine.ts';
import { splitStatements } from '../sql/tokens.ts';
import { SqlProblem } from '../sql/tree.ts';
import { postgresError } from './messages.ts';

export const VERSION = '16.10';
const SCRIPTS = '/docker-entrypoint-initdb.d';

/** What was settled when the folder was made: later changes of the environment don't reach it. */
export interface Cluster {
  readonly folder: string;
  readonly user: string;
  readonly password: string;
  /** Lets everybody in without a password. */
  readonly trust: boolean;
}

const NO_PASSWORD = `Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".

       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all
       connections without a password. This is *not* recommended.

       See PostgreSQL documentation about "trust":
       https://www.postgresql.org/docs/current/auth-trust.html
`;

/** Makes a fresh folder, as the image's entrypoint does. Answers a status. */
export function* initialize(sys: Sys, folder: string): Blocking<number> {
  const password = yield* setting(sys, 'POSTGRES_PASSWORD');
  const user = yield* setting(sys, 'POSTGRES_USER', 'postgres');
  const name = yield* setting(sys, 'POSTGRES_DB', user);
  const trust = sys.env.get('POSTGRES_HOST_AUTH_METHOD') === 'trust';
  if (password === '' && !trust) {
    yield* sys.write(2, NO_PASSWORD);
    return 1;
  }
  yield* sys.write(
    1,
    `The files belonging to this database system will be owned by user "postgres".\nThis user must also own the server process.\n\n`,
  );
  if (statOrNothing(sys, folder) === undefined) sys.mkdir(folder, 0o700);
  const there = sys.readdir(folder);
  if (there.length > 0) {
    const hint = there.includes('lost+found')
      ? 'initdb: detail: It contains a lost+found directory, perhaps due to it being a mount point.\ninitdb: hint: Using a mount point directly as the data directory is not recommended.\nCreate a subdirectory under the mount point.\n'
      : `initdb: hint: If you want to create a new database system, either remove or empty the directory "${folder}" or run initdb with an argument other than "${folder}".\n`;
    yield* sys.write(2, `initdb: error: directory "${folder}" exists but is not empty\n${hint}`);
    return 1;
  }
  for (const path of ['base', 'global', 'pg_wal']) sys.mkdir(`${folder}/${path}`, 0o700);
  yield* writeFile(sys, `${folder}/global/cluster.json`, JSON.stringify({ user, password, trust }));
  const engine: Engine = {
    databases: new Map(['postgres', 'template0', 'template1', name].map((each) => [each, { tables: new Map() }])),
    dirty: new Set(['postgres', 'template0', 'template1', name]),
  };
  const cluster = { folder, user, password, trust };
  const status = yield* runScripts(sys, engine, user, name);
  yield* flush(sys, cluster, engine);
  if (status !== 0) return status;
  yield* writeFile(sys, `${folder}/PG_VERSION`, `${VERSION.split('.')[0]}\n`);
  yield* sys.write(1, '\nPostgreSQL init process complete; ready for start up.\n\n');
  return 0;
}

/** What the image runs once: files of SQL, and scripts. */
function* runScripts(sys: Sys, engine: Engine, user: string, database: string): Blocking<number> {
  if (statOrNothing(sys, SCRIPTS)?.type !== 'directory') return 0;
  const client = { user, database, before: undefined, failed: false };
  const session = {
    dialect: 'postgres',
    database,
    user,
    version: VERSION,
    now: sys.now(),
    hostname: sys.hostname(),
    random: () => 0.5,
  } as const;
  for (const name of sys.readdir(SCRIPTS)) {
    const path = `${SCRIPTS}/${name}`;
    if (name.endsWith('.sh')) {
      yield* sys.write(1, `/usr/local/bin/docker-entrypoint.sh: running ${path}\n`);
      const { stdout, status } = yield* capture(sys, ['sh', path]);
      yield* sys.write(1, stdout);
      if (status !== 0) return status;
    } else if (name.endsWith('.sql')) {
      yield* sys.write(1, `/usr/local/bin/docker-entrypoint.sh: running ${path}\n`);
      const { whole, rest } = splitStatements((yield* tryTextFile(sys, path)) ?? '');
      for (const statement of [...whole, rest]) {
        try {
          const outcome = runStatement(engine, client, statement, session);
          if (outcome !== undefined) yield* sys.write(1, `${outcome.tag}\n`);
        } catch (error) {
          if (!(error instanceof SqlProblem)) throw error;
          yield* sys.write(2, `psql:${path}: ERROR:  ${postgresError(error).message}\n`);
          return 3;
        }
      }
    } else if (!name.startsWith('..')) yield* sys.write(1, `/usr/local/bin/docker-entrypoint.sh: ignoring ${path}\n`);
  }
  return 0;
}

/** Reads what lies there; `crashed` when nobody has shut it down. */
export function* openCluster(
  sys: Sys,
  folder: string,
): Blocking<{ readonly cluster: Cluster; readonly engine: Engine; readonly crashed: boolean }> {
  const settled = jsonObject((yield* tryTextFile(sys, `${folder}/global/cluster.json`)) ?? '');
  const databases = yield* readDatabases(sys, `${folder}/base`);
  const cluster = {
    folder,
    user: String(settled['user'] ?? 'postgres'),
    password: String(settled['password'] ?? ''),
    trust: settled['trust'] === true,
  };
  const crashed = statOrNothing(sys, `${folder}/postmaster.pid`) !== undefined;
  return { cluster, engine: { databases, dirty: new Set() }, crashed };
}

export function* markRunning(sys: Sys, folder: string, runs: boolean): Blocking<void> {
  if (runs) yield* writeFile(sys, `${folder}/postmaster.pid`, `${sys.pid}\n${folder}\n`);
  else if (statOrNothing(sys, `${folder}/postmaster.pid`) !== undefined) sys.unlink(`${folder}/postmaster.pid`);
}

/** Writes what has changed. Where the disk is full, it says so and goes on trying. */
export function* flush(sys: Sys, { folder }: Cluster, engine: Engine): Blocking<void> {
  const problem = yield* writeDatabases(sys, `${folder}/base`, engine);
  if (problem !== undefined) yield* sys.write(2, `PANIC:  ${problem}\n`);
}

import { describe, expect, it } from 'vitest';
import { run } from '../../room.ts';
import { newBox } from '../box.ts';

const START = 'export POSTGRES_PASSWORD=x PGDATA=/tmp/pg PGUSER=postgres; postgres > /tmp/log 2>&1 & sleep 0.2';

function sh(script: string): string {
  const { stdout, stderr } = run(newBox('debian'), ['bash', '-c', script]);
  return stdout + stderr;
}

describe('PostgreSQL', () => {
  it('keeps its tables in its data folder, also when it is killed', () => {
    const script = `${START}; psql -qc 'create table t (n int)' -c 'insert into t values (1), (2)'; kill -9 $!; sleep 0.1
postgres > /tmp/log2 2>&1 & sleep 0.2; psql -tAc 'select sum(n) from t'; grep -c 'automatic recovery' /tmp/log2`;
    expect(sh(script)).toBe('3\n1\n');
  });

  it('shows tables and errors as psql does', () => {
    expect(sh(`${START}; psql -c "select 12 as one, 'x' as text"`)).toBe(
      ' one | text \n-----+------\n  12 | x\n(1 row)\n\n',
    );
    expect(sh(`${START}; psql -c "select 1 union select 2"`)).toBe("ERROR:  UNION isn't modelled by this server\n");
    expect(sh(`${START}; psql -c "sel 1"; echo $?`)).toBe(
      '1\nERROR:  syntax error at or near "sel"\nLINE 1: sel 1\n        ^\n',
    );
    expect(sh(`${START}; printf 'create database d;\\n\\\\c d\\ncreate table x (a int); \\\\dt\\n' | psql`)).toContain(
      'You are now connected to database "d" as user "postgres".\nCREATE TABLE\n        List of relations\n Schema | Name | Type  |  Owner   \n',
    );
  });

  it('describes a table, and tells what the server is set to', () => {
    const make = 'create table t (id serial primary key, name varchar(9) not null, n int default 3)';
    expect(
      sh(`${START}; psql -qc "${make}" -c '\\d t' | sed 's/ *$//'`),
    ).toBe(`                                   Table "public.t"
 Column |         Type         | Collation | Nullable |            Default
--------+----------------------+-----------+----------+-------------------------------
 id     | integer              |           | not null | nextval('t_id_seq'::regclass)
 name   | character varying(9) |           | not null |
 n      | integer              |           |          | 3
Indexes:
    "t_pkey" PRIMARY KEY, btree (id)

`);
    expect(sh(`${START}; psql -tAc 'show max_connections'; psql -c '\\d nope'`)).toBe(
      '100\nDid not find any relation named "nope".\n',
    );
  });

  it('takes back what a client began that has gone', () => {
    const script = `${START}; psql -qc 'create table t (n int)'; printf 'begin; insert into t values (1);' | psql -q; psql -tAc 'select count(*) from t'`;
    expect(sh(script)).toBe('0\n');
  });

  it('wants a password once, and remembers which', () => {
    expect(sh('PGDATA=/tmp/pg postgres; echo $?')).toContain('superuser password is not specified');
    expect(
      sh(
        `${START}; kill $!; wait; POSTGRES_PASSWORD=other postgres >/dev/null 2>&1 & sleep 1; cat /tmp/pg/global/*.json`,
      ),
    ).toContain('"password":"x"');
  });

  it('says whether it accepts connections', () => {
    expect(sh(`pg_isready; echo $?; ${START}; pg_isready -h 127.0.0.1; echo $?`)).toBe(
      '/var/run/postgresql:5432 - no response\n2\n127.0.0.1:5432 - accepting connections\n0\n',
    );
  });

  it('begins only in an empty folder, and says so', () => {
    expect(sh('mkdir -p /tmp/pg/lost+found; POSTGRES_PASSWORD=x PGDATA=/tmp/pg postgres 2>&1 >/dev/null')).toContain(
      'initdb: error: directory "/tmp/pg" exists but is not empty\ninitdb: detail: It contains a lost+found directory',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { type Engine, runStatement, type SqlClient } from '../../../../../sandbox/machine/programs/sql/engine.ts';
import { loadDatabase, saveDatabase } from '../../../../../sandbox/machine/programs/sql/store.ts';
import { splitStatements } from '../../../../../sandbox/machine/programs/sql/tokens.ts';
import { type Dialect, SqlProblem } from '../../../../../sandbox/machine/programs/sql/tree.ts';
import { EPOCH } from '../../../../../sandbox/time/units.ts';

interface Place {
  readonly engine: Engine;
  readonly client: SqlClient;
  /** Rows of the last statement as text; or what is wrong. */
  readonly run: (text: string) => string;
}

function place(dialect: Dialect = 'postgres'): Place {
  const engine: Engine = { databases: new Map([['app', { tables: new Map() }]]), dirty: new Set() };
  const client: SqlClient = { user: 'u', database: 'app', before: undefined, failed: false };
  const session = { dialect, database: 'app', user: 'u', version: 'V', now: EPOCH, hostname: 'h', random: () => 0.5 };
  const run = (text: string): string => {
    const { whole, rest } = splitStatements(text);
    let last = '';
    for (const statement of [...whole, rest]) {
      try {
        const outcome = runStatement(engine, client, statement, session);
        if (outcome === undefined) continue;
        last = outcome.result === undefined ? outcome.tag : outcome.result.rows.map((row) => row.join(' ')).join(', ');
      } catch (error) {
        if (!(error instanceof SqlProblem)) throw error;
        return `${error.kind}: ${error.words[0] ?? ''}`;
      }
    }
    return last;
  };
  return { engine, client, run };
}

const FRUIT = `create table fruit (id serial primary key, name varchar(20) not null unique, price numeric, sort text default 'any');
insert into fruit (name, price) values ('apple', 3), ('pear', 4), ('fig', null);
create table sold (fruit integer, number int);
insert into sold values (1, 10), (1, 5), (2, 1);`;

function fruit(query: string): string {
  const { run } = place();
  run(FRUIT);
  return run(query);
}

describe('SQL', () => {
  it.each([
    ['select 1 + 2 * 3, 7 / 2, 7.0 / 2, -1', '7 3 3.5 -1'],
    ["select 'it''s' || '!', upper('a'), length('abc'), coalesce(null, 'x')", "it's! A 3 x"],
    ['select name from fruit where price > 3', 'pear'],
    ['select name from fruit where price is null', 'fig'],
    ["select name from fruit where name like '%p%' and not name = 'pear'", 'apple'],
    ["select name from fruit where name in ('fig', 'pear') order by name", 'fig, pear'],
    ['select name from fruit where price between 3 and 3', 'apple'],
    ['select name from fruit where price <> 3', 'pear'],
    ['select count(*), count(price), sum(price), min(name), avg(price) from fruit', '3 2 7 apple 3.5'],
    ['select name from fruit order by price desc limit 1 offset 1', 'pear'],
    [
      'select f.name, sum(s.number) as n from fruit f join sold s on s.fruit = f.id group by f.name order by n desc',
      'apple 15, pear 1',
    ],
    ['select name, number from fruit left join sold on fruit = id where number is null', 'fig '],
    ['select fruit, count(*) from sold group by fruit having count(*) > 1', '1 2'],
    ['select distinct fruit from sold', '1, 2'],
    ["update fruit set price = price + 1 where name = 'apple'; select price from fruit order by id", '4, 4, '],
    ['delete from sold where fruit = 1; select count(*) from sold', '1'],
    ["insert into fruit (name) values ('kiwi') returning id, sort", '4 any'],
    ["insert into fruit (name) values ('fig') on conflict do nothing", 'INSERT 0 0'],
    ['alter table sold add column day date; select day from sold limit 1', ''],
    ['select 5::text, true, current_user, version()', '5 true u V'],
    ['drop table sold; select * from sold', 'no table: sold'],
    ["insert into fruit (name) values ('fig')", 'duplicate: fruit_name_key'],
    ['insert into fruit (price) values (1)', 'null: name'],
    ["insert into fruit (name, price) values ('x', 'many')", 'invalid: numeric'],
    ['select nothing from fruit', 'no column: nothing'],
    ['select 1 / 0', 'division: '],
    ['select id from fruit f join sold s on true where s.id = 1', 'no column: s.id'],
    ['selec 1', 'syntax: selec'],
    ['select * from', 'syntax: '],
    ['with x as (select 1) select * from x', 'not modelled: WITH'],
    ['select (select 1)', 'not modelled: a query inside an expression'],
    ['create view v as select 1', 'not modelled: CREATE VIEW'],
  ])('%s', (query, answer) => {
    expect(fruit(query)).toBe(answer);
  });

  it('takes a transaction back, and refuses all else in one that has failed', () => {
    const { run } = place();
    run(FRUIT);
    expect(run('begin; delete from fruit; rollback; select count(*) from fruit')).toBe('3');
    expect(run('begin; delete from fruit; commit; select count(*) from fruit')).toBe('0');
    expect(run('begin; select nope from fruit')).toBe('no column: nope');
    expect(run('select 1')).toBe('syntax: aborted');
    expect(run('commit')).toBe('ROLLBACK');
  });

  it('knows what of it has to be written down, and reads that again', () => {
    const { engine, run } = place();
    run(FRUIT);
    expect([...engine.dirty]).toEqual(['app']);
    const database = engine.databases.get('app');
    expect(loadDatabase(database === undefined ? '' : saveDatabase(database))).toEqual(database);
    expect(loadDatabase('{')).toBeUndefined();
  });

  it('in the way of MySQL has quotes, databases and numbers of its own', () => {
    const { run } = place('mysql');
    expect(
      run(
        'create table `t` (id int auto_increment primary key, name varchar(9)) engine=InnoDB; insert into t values (null, "a")',
      ),
    ).toBe('INSERT 0 1');
    expect(run('select id, name from t; show tables')).toBe('t');
    expect(run('select id, name from t where name = "A" or id = 1')).toBe('1 a');
    expect(run("show variables like 'max_c%'")).toBe('max_connections 151');
    expect(run('show create table t')).toBe(
      't CREATE TABLE `t` (\n  `id` int NOT NULL AUTO_INCREMENT,\n  `name` varchar(9) DEFAULT NULL,\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci',
    );
    expect(run('show slave status')).toBe('not modelled: SHOW SLAVE STATUS');
    expect(run('create database other; use other; show databases')).toBe('app, other');
    expect(run('select * from t')).toBe('no table: t');
    expect(run('use nowhere')).toBe('no database: nowhere');
  });
});

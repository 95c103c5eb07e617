import { describe, expect, it } from 'vitest';
import { run } from '../../room.ts';
import { newBox } from '../box.ts';

const START =
  'export MYSQL_ROOT_PASSWORD=x MYSQL_PWD=x MYSQL_DATABASE=app; mysqld --datadir=/tmp/my > /tmp/log 2>&1 & sleep 6';

function sh(script: string): string {
  const { stdout, stderr } = run(newBox('debian'), ['bash', '-c', script]);
  return stdout + stderr;
}

describe('MySQL', () => {
  it('keeps its tables in its data folder, also when it is killed', () => {
    const make =
      "create table t (id int auto_increment primary key, name varchar(20)); insert into t (name) values ('a'), ('b')";
    const script = `${START}; mysql app -e "${make}"; kill -9 $!; sleep 0.1
mysqld --datadir=/tmp/my > /tmp/log2 2>&1 & sleep 0.2; mysql app -e 'select * from t order by id desc'; mysql -N -e 'show databases'`;
    expect(sh(script)).toBe('id\tname\n2\tb\n1\ta\napp\nmysql\nsys\n');
  });

  it('shows tables and errors as mysql does', () => {
    expect(sh(`${START}; mysql -t -e "select 12 as one, 'x' as text, null"`)).toBe(
      '+-----+------+----------+\n| one | text | ?column? |\n+-----+------+----------+\n|  12 | x    | NULL     |\n+-----+------+----------+\n',
    );
    expect(sh(`${START}; mysql app -e "select * from t"; echo $?`)).toBe(
      "1\nERROR 1146 (42S02) at line 1: Table 'app.t' doesn't exist\n",
    );
    expect(sh(`${START}; echo 'selec 1;' | mysql`)).toContain(
      'ERROR 1064 (42000) at line 1: You have an error in your SQL syntax;',
    );
    expect(sh(`${START}; mysql -e 'select * from t'`)).toBe('ERROR 1046 (3D000) at line 1: No database selected\n');
  });

  it('lets those in who know the password, and says what it wants at first', () => {
    expect(sh(`${START}; MYSQL_PWD=y mysql -e 'select 1'; echo $?`)).toBe(
      "1\nERROR 1045 (28000): Access denied for user 'root'@'127.0.0.1' (using password: YES)\n",
    );
    expect(sh('mysqld --datadir=/tmp/my; echo $?')).toContain('password option is not specified');
  });

  it('is alive once it listens', () => {
    expect(sh(`mysqladmin ping >/dev/null 2>&1; echo $?; ${START}; mysqladmin ping`)).toBe('1\nmysqld is alive\n');
  });
});

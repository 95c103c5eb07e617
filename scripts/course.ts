// What the lessons say, read once when the program is built: dist/course.bin. The folder of lessons stays what is true; a
// course with problems isn't written, so that the program reads the folder and tells them.
import { writeFileSync } from 'node:fs';
import { serialize } from 'node:v8';
import { courseFolder, readPack } from '../src/cli/packfiles.ts';
import { loadCourse } from '../src/lessons/load.ts';
import { problemText } from '../src/lessons/pack.ts';

const { value, problems } = loadCourse(readPack(courseFolder('.')), 'usable');
if (value !== undefined && problems.length === 0) writeFileSync('dist/course.bin', serialize(value));
else
  console.error(['The course has problems, so it is read from its folder:', ...problems.map(problemText)].join('\n'));

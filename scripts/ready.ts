// The usual cluster as it is when its nodes are ready, made once when the program is built: dist/ready.bin.
import { writeFileSync } from 'node:fs';
import { packImage } from '../src/session/ready/image.ts';
import { IMAGE_FILE, makeUsualImage } from '../src/session/ready/ready.ts';

writeFileSync(`dist/${IMAGE_FILE}`, packImage(makeUsualImage()));

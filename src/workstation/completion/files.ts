// Files as completion offers them: the part behind the last slash is completed, folders get one.

import type { World } from './world.ts';

export function fileCandidates(world: World, word: string): readonly string[] {
  const slash = word.lastIndexOf('/') + 1;
  const [folder, part] = [word.slice(0, slash), word.slice(slash)];
  return world
    .folder(absolute(world, folder))
    .filter(({ name }) => name.startsWith(part) && (part.startsWith('.') || !name.startsWith('.')))
    .map(({ name, folder: isFolder }) => `${folder}${name}${isFolder ? '/' : ''}`);
}

function absolute({ cwd, home }: World, folder: string): string {
  if (folder === '') return cwd;
  if (folder.startsWith('~/')) return home + folder.slice(1);
  return folder.startsWith('/') ? folder : `${cwd}/${folder}`;
}

// Names of images, as far as the server reads them: whether one means the newest image there is.

const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DOMAIN =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;
const PATH_MAX = 255;
const HUB = 'docker.io';

/** A tag `latest`, or neither tag nor digest. A name that can't be read means nothing. */
export function meansLatest(image: string): boolean {
  const [name = '', digest, ...more] = image.split('@');
  if (more.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return false;
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : name.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) return false;
  if (!isRepository(colon < 0 ? name : name.slice(0, colon))) return false;
  return tag === undefined ? digest === undefined : tag === 'latest';
}

function isRepository(name: string): boolean {
  if (/^[a-f0-9]{64}$/.test(name)) return false;
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const named = first === 'localhost' || /[.:A-Z]/.test(first);
  const path = named ? name.slice(slash + 1) : name;
  const official = (!named || first === HUB) && !path.includes('/');
  if (path.length + (official ? 'library/'.length : 0) > PATH_MAX) return false;
  return (!named || DOMAIN.test(first)) && path.split('/').every((part) => COMPONENT.test(part));
}

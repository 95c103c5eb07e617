import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../sandbox/kube/json.ts';
import { CATALOGUE } from '../../../sandbox/machine/images/catalogue.ts';
import {
  buildImages,
  decodeImageSource,
  ImageFormatError,
  type ImageSource,
} from '../../../sandbox/machine/images/format.ts';
import { formatImageReference, parseImageReference } from '../../../sandbox/machine/images/reference.ts';
import { moveTag, newRegistryState, resolveImage } from '../../../sandbox/machine/images/registry.ts';
import { rootTable } from '../../../sandbox/machine/images/rootfs.ts';
import { findImage, pullImage, removeImage } from '../../../sandbox/machine/runtime/pulls.ts';
import type { Program } from '../../../sandbox/machine/sys.ts';
import { seconds } from '../../../sandbox/time/units.ts';
import { hostOf, newRoom } from './room.ts';

describe('image references', () => {
  it('are completed as docker completes them', () => {
    const full = (text: string) => {
      const reference = parseImageReference(text);
      return reference && formatImageReference(reference);
    };
    expect(
      [
        'nginx',
        'nginx:1.27',
        'learn/hello:2.0',
        'quay.io/a/b',
        'localhost:5000/x',
        'docker.io/redis',
        'registry.k8s.io/pause:3.10',
      ].map(full),
    ).toEqual([
      'docker.io/library/nginx:latest',
      'docker.io/library/nginx:1.27',
      'docker.io/learn/hello:2.0',
      'quay.io/a/b:latest',
      'localhost:5000/x:latest',
      'docker.io/library/redis:latest',
      'registry.k8s.io/pause:3.10',
    ]);
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(full(`nginx@${digest}`)).toBe(`docker.io/library/nginx@${digest}`);
    expect(full(`nginx:1@${digest}`)).toBe(`docker.io/library/nginx:1@${digest}`);
    expect(
      ['', 'Nginx', 'nginx:', 'a//b', 'nginx@sha256:12', 'a b', '-a', 'nginx:-x', '/x', `x${'y'.repeat(600)}`].map(
        full,
      ),
    ).toEqual(new Array(10).fill(undefined));
  });
});

describe('images', () => {
  const base: ImageSource = {
    name: 'base',
    tags: ['1'],
    size: 100,
    files: { '/bin': { link: 'usr/bin' }, '/etc/a': 'a' },
    applets: { '/usr/bin': ['sh'] },
    config: { cmd: ['sh'], env: { A: '1' } },
  };
  const app: ImageSource = {
    name: 'app',
    tags: ['1', '2'],
    base: 'base:1',
    size: 10,
    files: { '/etc/a': 'b' },
    programs: { '/bin/app': 'app' },
    config: { entrypoint: ['app'], env: { B: '2' } },
  };

  it('are built on others, in any order', () => {
    const [second, first] = buildImages([app, base]);
    expect(second).toMatchObject({ repository: 'docker.io/library/app', size: 110, tags: ['1', '2'] });
    expect(second?.config.cmd).toEqual([]);
    expect([...(second?.config.env ?? [])].slice(1)).toEqual([
      ['A', '1'],
      ['B', '2'],
    ]);
    expect(second?.layers[0]?.digest).toBe(first?.layers[0]?.digest);
    expect(buildImages([base])[0]?.digest).toBe(first?.digest);
    expect(buildImages([{ ...base, files: { '/etc/a': 'other' } }])[0]?.digest).not.toBe(first?.digest);
    expect(first?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it('become one table of files, links on the way followed', () => {
    const [image] = buildImages([app, base]);
    if (image === undefined) throw new Error('no image');
    const table = rootTable(image);
    const find = (path: string) => {
      let at = 1;
      for (const name of path.split('/').slice(1)) {
        const inode = table[at - 1];
        at = (inode?.type === 'directory' ? inode.entries.get(name) : undefined) ?? 0;
      }
      return table[at - 1];
    };
    expect(find('/usr/bin/app')?.type).toBe('file');
    expect(find('/usr/bin/sh')?.mode).toBe(0o755);
    expect(find('/tmp')?.mode).toBe(0o1777);
    expect(find('/bin')?.type).toBe('symlink');
  });

  it('that somebody wrote wrongly are refused with the place', () => {
    const error = (value: JsonValue): string => {
      try {
        decodeImageSource(value, 'images[0]');
        return 'fine';
      } catch (problem) {
        if (problem instanceof ImageFormatError) return problem.message;
        throw problem;
      }
    };
    expect(error({ name: 'a', tags: ['1'], files: { '/a': 'x' }, knobs: { a: 1 } })).toBe('fine');
    expect(error([])).toBe('images[0]: an image is a map');
    expect(error({ name: 'A', tags: ['1'] })).toBe('images[0].name: "A" is no image\'s name');
    expect(error({ name: 'a', tags: [] })).toContain('images[0].tags:');
    expect(error({ name: 'a', tags: ['1'], file: {} })).toBe('images[0].file: there is no such field');
    expect(error({ name: 'a', tags: ['1'], files: { a: 'x' } })).toBe('images[0].files: paths must be absolute');
    expect(error({ name: 'a', tags: ['1'], files: { '/a': { mode: '9' } } })).toContain('octal');
    expect(() => buildImages([{ ...app, base: 'app:1' }])).toThrow('based on itself');
    expect(() => buildImages([app])).toThrow('there is no base base:1');
  });

  it('of the catalogue are well-formed, and their digests differ', () => {
    for (const [i, source] of CATALOGUE.entries())
      expect(() => decodeImageSource(source as never, `[${i}] ${source.name}`)).not.toThrow();
    const images = buildImages(CATALOGUE);
    expect(new Set(images.map(({ digest }) => digest)).size).toBe(images.length);
    const names = images.flatMap(({ repository, tags }) => tags.map((tag) => `${repository}:${tag}`));
    expect(new Set(names).size).toBe(names.length);
    for (const wanted of [
      'library/busybox:1.36',
      'library/alpine:latest',
      'library/nginx:1.27',
      'library/nginx:1.28',
      'library/nginx:latest',
      'learn/hello:1.0',
      'learn/hello:broken',
    ]) {
      expect(names).toContain(`docker.io/${wanted}`);
    }
    for (const image of images) expect(rootTable(image).length).toBeGreaterThan(5);
  });
});

describe('a registry', () => {
  const sources: readonly ImageSource[] = [
    { name: 'nginx', tags: ['1.27', 'latest'] },
    { name: 'learn/hello', tags: ['1.0'] },
    { name: 'learn/secret', tags: ['1'], login: { user: 'me', password: 'right' } },
    { name: 'arm', tags: ['1'], platforms: ['linux/arm64'] },
  ];
  const images = new Map(buildImages(sources).map((image) => [image.digest, image]));
  const state = newRegistryState(images.values());
  const message = (name: string, password?: string): string => {
    const answer = resolveImage(
      state,
      images,
      name,
      password === undefined ? [] : [{ user: 'me', password }],
      'linux/amd64',
    );
    return answer.ok ? 'ok' : answer.message;
  };
  const failed = (name: string, why: string) =>
    `failed to pull and unpack image "${name}": failed to resolve image: ${why}`;

  it('answers in containerd’s words', () => {
    expect(message('nginx:1.27')).toBe('ok');
    expect(message('nginx:9.99')).toBe(
      `rpc error: code = NotFound desc = ${failed('docker.io/library/nginx:9.99', 'docker.io/library/nginx:9.99: not found')}`,
    );
    const denied = 'pull access denied, repository does not exist or may require authorization';
    expect(message('nginxx:1.27')).toBe(
      failed('docker.io/library/nginxx:1.27', `${denied}: server message: insufficient_scope: authorization failed`),
    );
    expect(message('learn/secret:1')).toBe(
      failed('docker.io/learn/secret:1', `${denied}: authorization failed: no basic auth credentials`),
    );
    expect(message('learn/secret:1', 'wrong')).toContain('insufficient_scope');
    expect(message('learn/secret:1', 'right')).toBe('ok');
    expect(message('registry.example.com/app:1.0')).toBe(
      failed(
        'registry.example.com/app:1.0',
        'failed to do request: Head "https://registry.example.com/v2/app/manifests/1.0": dial tcp: lookup registry.example.com on 172.18.0.1:53: no such host',
      ),
    );
    expect(message('arm:1')).toContain('no match for platform in manifest');
  });

  it('may fail, and may change what a tag means', () => {
    const other = newRegistryState(images.values());
    other.outages.set('docker.io', 'too-many-requests');
    const answer = resolveImage(other, images, 'nginx', [], 'linux/amd64');
    expect(answer.ok ? '' : answer.message).toContain('429 Too Many Requests');
    other.outages.clear();
    moveTag(other, 'nginx:latest', undefined);
    expect(resolveImage(other, images, 'nginx', [], 'linux/amd64').ok).toBe(false);
  });
});

describe('a node', () => {
  const idle: Program = function* (sys) {
    yield* sys.sleep(seconds(1));
    return 0;
  };
  const sources: readonly ImageSource[] = [
    { name: 'base', tags: ['1'], size: 80_000_000 },
    { name: 'app', tags: ['1', 'latest'], base: 'base:1', size: 4_000_000 },
    { name: 'app', tags: ['2'], base: 'base:1', size: 8_000_000 },
  ];

  it('pulls images in the time that their bytes take, layers only once', () => {
    const room = newRoom({ programs: { idle }, images: sources });
    const host = hostOf(room);
    const pull = (image: string) => pullImage(room.kernel, host, { image, key: image });
    pull('app:1');
    room.loop.advance(seconds(1));
    expect(findImage(host, 'app:1')).toBeUndefined();
    room.loop.advance(seconds(5));
    pull('app:2');
    pull('app:9');
    room.loop.advance(seconds(5));
    const told = room.told as { key: string; took?: number; message?: string }[];
    const outcome = (key: string) => told.find((one) => one.key === key);
    expect(outcome('app:1')?.took).toBeGreaterThan(2300);
    expect(outcome('app:2')?.took).toBeLessThan(1300);
    expect(outcome('app:9')?.message).toContain('docker.io/library/app:9: not found');
    expect(host.disk.used).toBe(84_000_000 + 88_000_000);
  });

  it('keeps what a tag meant until it is pulled again', () => {
    const room = newRoom({ programs: { idle }, images: sources });
    const host = hostOf(room);
    const pull = (image: string) => {
      pullImage(room.kernel, host, { image, key: image });
      room.loop.advance(seconds(10));
      return findImage(host, image);
    };
    const before = pull('app');
    const second = [...room.kernel.images.values()].find(({ tags }) => tags.includes('2'));
    moveTag(room.state.machine.registry, 'app:latest', second?.digest);
    expect(findImage(host, 'app')).toBe(before);
    expect(pull('app')).toBe(second?.digest);
    expect(findImage(host, `app@${before}`)).toBe(before);
    expect(removeImage(room.kernel, host, before ?? '')).toBe(true);
    expect(findImage(host, `app@${before}`)).toBeUndefined();
    expect(host.disk.used).toBe(88_000_000);
  });
});

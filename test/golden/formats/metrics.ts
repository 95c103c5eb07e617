// facts/metrics-names.txt: names and types of what the API server measures of itself.

import { send } from '../play/calls.ts';
import { facts } from './facts.ts';

export const metrics = facts({
  name: 'metrics',
  recognises: ({ content }) =>
    typeof content === 'string' && /^\w+ (?:counter|gauge|histogram|summary)$/m.test(content),
  extent: 'plane',
  async prepare(world) {
    // A deprecated resource is counted from the first request on.
    await send(world, { method: 'GET', path: '/api/v1/componentstatuses' });
    await world.advance(5000);
  },
  entries: (content) =>
    String(content)
      .split('\n')
      .filter((line) => line !== '')
      .map((line, i) => ({ part: line.split(' ')[0] ?? '', places: [[i]], recorded: line, sent: null })),
  async answer(world) {
    const { body } = await send(world, { method: 'GET', path: '/metrics' });
    const types = [...String(body).matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
    return `${types.join('\n')}\n`;
  },
});

// Events as recordings list them.

import { at, type JsonObject, type JsonValue, listAt, numberAt, textAt } from '../json.ts';
import type { World } from '../world.ts';
import { read } from './calls.ts';

/** `{object: "Pod/default/p", type, reason, message, source, action?, count?, seriesCount?}`, in the order of their list. */
export async function listEvents(world: World, path: string): Promise<readonly JsonObject[]> {
  return listAt(await read(world, path), 'items').map(eventLine);
}

function eventLine(event: JsonValue): JsonObject {
  const about = at(event, 'involvedObject');
  const namespace = textAt(about, 'namespace');
  const object = [textAt(about, 'kind'), namespace, textAt(about, 'name')].filter((part) => part !== undefined);
  const action = textAt(event, 'action');
  const count = numberAt(event, 'count');
  const series = numberAt(event, 'series', 'count');
  return {
    object: object.join('/'),
    type: textAt(event, 'type') ?? '',
    reason: textAt(event, 'reason') ?? '',
    message: textAt(event, 'message') ?? '',
    source: textAt(event, 'source', 'component') ?? textAt(event, 'reportingComponent') ?? '',
    ...(action === undefined || action === '' ? {} : { action }),
    ...(count === undefined || count === 0 ? {} : { count }),
    ...(series === undefined ? {} : { seriesCount: series }),
  };
}

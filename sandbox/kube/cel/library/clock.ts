// Parts of timestamps and durations: getFullYear(), getHours('Asia/Tokyo'), ...

import { partOfDuration, partOfTimestamp, type TimePart } from '../runtime/times.ts';
import { isTaggedAs, NO_SUCH_OVERLOAD } from '../values.ts';
import type { FunctionSpec, Library } from './library.ts';

function part(name: TimePart, id: string, zoned: string, ofDuration?: string): FunctionSpec {
  return {
    overloads: [
      `${id}: timestamp.() -> int`,
      `${zoned}: timestamp.(string) -> int`,
      ...(ofDuration === undefined ? [] : [`${ofDuration}: duration.() -> int`]),
    ],
    runs: {
      [id]: (a = null) => (isTaggedAs(a, 'timestamp') ? partOfTimestamp(name, a) : NO_SUCH_OVERLOAD),
      [zoned]: (a = null, zone = null) =>
        isTaggedAs(a, 'timestamp') && typeof zone === 'string' ? partOfTimestamp(name, a, zone) : NO_SUCH_OVERLOAD,
      ...(ofDuration === undefined
        ? {}
        : { [ofDuration]: (a = null) => (isTaggedAs(a, 'duration') ? partOfDuration(name, a) : NO_SUCH_OVERLOAD) }),
    },
  };
}

const plain = (name: TimePart, id: string, ofDuration?: string): FunctionSpec =>
  part(name, id, `${id}_with_tz`, ofDuration);

export const CLOCK_LIBRARY: Library = {
  getFullYear: plain('getFullYear', 'timestamp_to_year'),
  getMonth: plain('getMonth', 'timestamp_to_month'),
  getDayOfYear: plain('getDayOfYear', 'timestamp_to_day_of_year'),
  getDayOfMonth: plain('getDayOfMonth', 'timestamp_to_day_of_month'),
  getDate: plain('getDate', 'timestamp_to_day_of_month_1_based'),
  getDayOfWeek: plain('getDayOfWeek', 'timestamp_to_day_of_week'),
  getHours: plain('getHours', 'timestamp_to_hours', 'duration_to_hours'),
  getMinutes: plain('getMinutes', 'timestamp_to_minutes', 'duration_to_minutes'),
  getSeconds: part('getSeconds', 'timestamp_to_seconds', 'timestamp_to_seconds_tz', 'duration_to_seconds'),
  getMilliseconds: plain('getMilliseconds', 'timestamp_to_milliseconds', 'duration_to_milliseconds'),
};

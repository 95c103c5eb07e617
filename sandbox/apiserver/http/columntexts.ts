// What columns of tables are for, in the words of the real server. The texts are data, recorded from one.

import { own } from '../../kube/json.ts';
import recorded from '../../schema/data/columns.json' with { type: 'json' };
import type { DescribeColumn } from './forms.ts';

const { texts }: { readonly texts: readonly string[] } = recorded;
const COLUMNS: Readonly<Record<string, Readonly<Record<string, number>>>> = recorded.columns;

/** Where a kind's own columns aren't known, names and times are what they are everywhere. */
const USUAL = ['/v1/limitranges', '/v1/configmaps'];

export const describeColumn: DescribeColumn = ({ type }, { name }) => {
  const places = [`${type.group}/${type.version}/${type.resource}`, ...USUAL];
  for (const place of places) {
    const number = own(own(COLUMNS, place) ?? {}, name);
    if (number !== undefined) return texts[number] ?? '';
  }
  return '';
};

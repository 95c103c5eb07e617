// Describing secrets: how long each value is, never what it is.

import { compareText } from '../../../sandbox/kube/go/text.ts';
import { Secrets } from '../../../sandbox/schema/generated/resources.ts';
import { describedAlone } from './describer.ts';
import { marks, names } from './workload.ts';

export const describeSecret = describedAlone(Secrets, (page, secret) => {
  const { type = '', data = {} } = secret;
  names(page, secret);
  marks(page, secret);
  page.line(0, `\nType:\t${type}`);
  page.line(0, '\nData\n====');
  for (const key of Object.keys(data).sort(compareText)) {
    const bytes = atob(data[key] ?? '');
    const isToken = key === 'token' && type === 'kubernetes.io/service-account-token';
    page.line(0, `${key}:\t${isToken ? bytes : `${bytes.length} bytes`}`);
  }
});

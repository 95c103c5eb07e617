// Describing service accounts.

import { ServiceAccounts } from '../../../sandbox/schema/generated/resources.ts';
import { described } from './describer.ts';
import { marks, names } from './workload.ts';

const TITLE = 'Image pull secrets:';

export const describeServiceAccount = described(ServiceAccounts, (page, account) => {
  names(page, account);
  marks(page, account);
  const secrets = (account.imagePullSecrets ?? []).map(({ name = '' }) => name);
  if (secrets.length === 0) page.line(0, `${TITLE}\t<none>`);
  secrets.forEach((name, i) => {
    page.line(0, `${i === 0 ? TITLE : ' '.repeat(TITLE.length)}\t${name}`);
  });
});

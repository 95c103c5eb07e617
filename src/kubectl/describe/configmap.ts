// Describing config maps.

import { compareText } from '../../../sandbox/kube/go/text.ts';
import { ConfigMaps } from '../../../sandbox/schema/generated/resources.ts';
import { described } from './describer.ts';
import { marks, names } from './workload.ts';

export const describeConfigMap = described(ConfigMaps, (page, configMap) => {
  const { data = {}, binaryData = {} } = configMap;
  names(page, configMap);
  marks(page, configMap);
  page.line(0, '\nData\n====');
  for (const key of Object.keys(data).sort(compareText)) page.line(0, `${key}:\n----\n${data[key]}\n`);
  page.line(0, '\nBinaryData\n====');
  for (const key of Object.keys(binaryData).sort(compareText)) {
    page.line(0, `${key}: ${atob(binaryData[key] ?? '').length} bytes`);
  }
  page.line(0, '');
});

// Describing ingress classes.

import { IngressClasses } from '../../../sandbox/schema/generated/resources.ts';
import { described } from './describer.ts';
import { metaOf } from './parts.ts';
import { marks } from './workload.ts';

export const describeIngressClass = described(IngressClasses, (page, ingressClass) => {
  const { controller = '', parameters } = ingressClass.spec ?? {};
  page.line(0, `Name:\t${metaOf(ingressClass).name ?? ''}`);
  marks(page, ingressClass);
  page.line(0, `Controller:\t${controller}`);
  if (parameters === undefined) return;
  page.line(0, 'Parameters:');
  if (parameters.apiGroup !== undefined) page.line(1, `APIGroup:\t${parameters.apiGroup}`);
  page.line(1, `Kind:\t${parameters.kind}`);
  page.line(1, `Name:\t${parameters.name}`);
});

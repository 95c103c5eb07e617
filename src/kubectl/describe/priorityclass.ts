// Describing priority classes.

import { PriorityClasses } from '../../../sandbox/schema/generated/resources.ts';
import { labelsText } from '../printers/table.ts';
import { described } from './describer.ts';
import { metaOf } from './parts.ts';

export const describePriorityClass = described(PriorityClasses, (page, priorityClass) => {
  const { value, globalDefault = false, preemptionPolicy = '', description = '' } = priorityClass;
  page.line(0, `Name:\t${metaOf(priorityClass).name ?? ''}`);
  page.line(0, `Value:\t${value}`);
  page.line(0, `GlobalDefault:\t${globalDefault}`);
  page.line(0, `PreemptionPolicy:\t${preemptionPolicy}`);
  page.line(0, `Description:\t${description}`);
  page.line(0, `Annotations:\t${labelsText(metaOf(priorityClass).annotations ?? {})}`);
});

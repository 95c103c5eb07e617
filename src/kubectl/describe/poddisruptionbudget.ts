// Describing pod disruption budgets.

import { describeLabelSelector } from '../../../sandbox/kube/selectors/labelselectors.ts';
import { PodDisruptionBudgets } from '../../../sandbox/schema/generated/resources.ts';
import { described } from './describer.ts';
import { names } from './workload.ts';

export const describePodDisruptionBudget = described(PodDisruptionBudgets, (page, budget) => {
  const { minAvailable, maxUnavailable, selector } = budget.spec ?? {};
  const { disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0, expectedPods = 0 } = budget.status ?? {};
  names(page, budget);
  if (minAvailable !== undefined) page.line(0, `Min available:\t${minAvailable}`);
  else if (maxUnavailable !== undefined) page.line(0, `Max unavailable:\t${maxUnavailable}`);
  page.line(0, `Selector:\t${selector === undefined ? '<unset>' : describeLabelSelector(selector)}`);
  page.line(0, 'Status:');
  page.line(2, `Allowed disruptions:\t${disruptionsAllowed}`);
  page.line(2, `Current:\t${currentHealthy}`);
  page.line(2, `Desired:\t${desiredHealthy}`);
  page.line(2, `Total:\t${expectedPods}`);
});

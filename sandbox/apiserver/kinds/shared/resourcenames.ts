// Names of resources (`cpu`, `requests.storage`, `example.com/gpu`): which are known, and where each may stand.

import { invalid, shownAsJson } from '../../../kube/fielderrors.ts';
import { qualifiedName } from '../../../kube/names.ts';
import { parseQuantity, QuantityError, quantityValue, signOfQuantity } from '../../../kube/quantity.ts';
import { type Errors, problemsOf } from './checks.ts';

const CONTAINER = ['cpu', 'memory', 'ephemeral-storage'];
/** Counts of objects, which a quota limits. */
const COUNTS = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const QUOTA = [
  ...CONTAINER,
  ...['requests.cpu', 'requests.memory', 'requests.storage', 'requests.ephemeral-storage'],
  ...['limits.cpu', 'limits.memory', 'limits.ephemeral-storage'],
  ...COUNTS,
];
const STANDARD = new Set([...QUOTA, 'storage']);
const STANDARD_CONTAINER = new Set(CONTAINER);
const STANDARD_QUOTA = new Set(QUOTA);
const INTEGER = new Set(COUNTS);

const HUGE_PAGES = 'hugepages-';
const REQUESTS = 'requests.';

export function isHugePages(name: string): boolean {
  return name.startsWith(HUGE_PAGES);
}

/** Kubernetes' own: without a domain, or with one of Kubernetes. */
function isNativeResource(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

export function isExtendedResource(name: string): boolean {
  return !isNativeResource(name) && !name.startsWith(REQUESTS) && qualifiedName(`${REQUESTS}${name}`).length === 0;
}

/** Requests may be below limits. */
export function allowsOvercommit(name: string): boolean {
  return isNativeResource(name) && !isHugePages(name);
}

/** Fractions make no sense. */
export function isCounted(name: string): boolean {
  return INTEGER.has(name) || isExtendedResource(name);
}

export function isQuotaResource(name: string): boolean {
  return STANDARD_QUOTA.has(name) || isHugePages(name) || name.startsWith(`${REQUESTS}${HUGE_PAGES}`);
}

function isStandardResource(name: string): boolean {
  return STANDARD.has(name) || isQuotaResource(name);
}

/** What a container may ask for in its resources. */
export function* containerResourceName(field: string, name: string): Errors {
  yield* resourceName(field, name);
  if (!name.includes('/')) {
    if (STANDARD_CONTAINER.has(name) || isHugePages(name)) return;
    yield invalid(field, shownAsJson(name), 'must be a standard resource for containers');
  } else if (!isNativeResource(name) && !isExtendedResource(name)) {
    yield invalid(field, shownAsJson(name), "doesn't follow extended resource name standard");
  }
}

/** What a quota may limit. */
export function* quotaResourceName(field: string, name: string): Errors {
  yield* resourceName(field, name);
  if (name.includes('/') || isQuotaResource(name)) return;
  yield invalid(field, shownAsJson(name), 'must be a standard resource for quota');
}

/** Any resource: a known one, or one with a domain. */
export function* resourceName(field: string, name: string): Errors {
  const problems = qualifiedName(name);
  yield* problemsOf(field, shownAsJson(name), problems);
  if (problems.length > 0 || name.includes('/') || isStandardResource(name)) return;
  yield invalid(field, shownAsJson(name), 'must be a standard resource type or fully qualified');
}

/** Whether so many bytes are a whole number of huge pages: of `hugepages-2Mi`. */
export function isWholePages(name: string, amount: string): boolean {
  try {
    const size = parseQuantity(name.slice(HUGE_PAGES.length));
    const bytes = quantityValue(size);
    return signOfQuantity(size) > 0 && bytes > 0 && quantityValue(parseQuantity(amount)) % bytes === 0;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

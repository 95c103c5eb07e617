// ServiceCIDR: a range that services take their addresses from.

import { at, invalid, required, shownAs, shownAsJson } from '../../kube/fielderrors.ts';
import { goJson } from '../../kube/go/text.ts';
import { cidrErrors, parseCIDR } from '../../kube/ip.ts';
import { dns1123Subdomain, nameRule } from '../../kube/names.ts';
import { ServiceCIDRs } from '../../schema/generated/resources.ts';
import type { V1ServiceCIDR } from '../../schema/generated/types.ts';
import { defineKind } from '../kind.ts';
import { metaErrors, metaUpdateErrors } from '../metadata.ts';
import { type Errors, eachItem, IMMUTABLE, immutable } from './shared/checks.ts';
import { ageColumn, nameColumn, text } from './shared/columns.ts';
import { keepMeta, keepSpec, keepStatus, withoutStatus } from './shared/metaparts.ts';
import { statusPart } from './shared/statuspart.ts';

const NAMED = { namespaced: false, name: nameRule(dns1123Subdomain) };

export const serviceCIDRs = defineKind<V1ServiceCIDR>({
  type: ServiceCIDRs,
  strategy: {
    prepareCreate: withoutStatus,
    prepareUpdate: keepStatus,
    validate: errors,
    validateUpdate: updateErrors,
    resetFields: ['status'],
  },
  subresources: {
    status: statusPart({
      prepareUpdate: (next, current) => keepMeta(keepSpec(next, current), current),
      validateUpdate: metaUpdateErrors,
      resetFields: ['metadata', 'spec'],
    }),
  },
  columns: [nameColumn(), text('CIDRs', ({ spec }) => (spec?.cidrs ?? []).join(',')), ageColumn()],
});

function* updateErrors(next: V1ServiceCIDR, current: V1ServiceCIDR): Errors {
  yield* metaUpdateErrors(next, current);
  const field = 'spec.cidrs';
  const { cidrs } = next.spec ?? {};
  const before = current.spec?.cidrs ?? [];
  const count = cidrs?.length ?? 0;
  // The range of the other family may come later.
  const grows = before.length === 1 && count === 2;
  if (count !== before.length && !grows) {
    yield invalid(field, shownAsJson(cidrs ?? null), IMMUTABLE);
    return;
  }
  yield* eachItem(before, field, (cidr, here, i) => immutable(here, cidrs?.[i], cidr));
  if (grows) yield* rangeErrors(next);
}

function* errors(range: V1ServiceCIDR): Errors {
  yield* metaErrors(range, NAMED);
  yield* rangeErrors(range);
}

function* rangeErrors(range: V1ServiceCIDR): Errors {
  const cidrs = range.spec?.cidrs ?? [];
  const field = 'spec.cidrs';
  if (cidrs.length === 0) yield required(field, 'at least one CIDR required');
  if (cidrs.length > 2) {
    yield invalid(field, shownAs(goJson({ CIDRs: [...cidrs] })), 'may only hold up to 2 values');
    return;
  }
  yield* eachItem(cidrs, field, (cidr, here) => cidrErrors(here, cidr));
  const [first = '', second] = cidrs;
  const areRead = [first, second].every((cidr) => cidr !== undefined && parseCIDR(cidr) !== undefined);
  if (areRead && second !== undefined && first.includes(':') === second.includes(':')) {
    yield invalid(
      at(field),
      [...cidrs],
      'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
    );
  }
}

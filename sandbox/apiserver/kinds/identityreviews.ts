// Who is it? Reviews of identity say whom the server takes somebody for, by the request itself or by a token.

import { badRequest } from '../../kube/status.ts';
import { SelfSubjectReviews, TokenReviews } from '../../schema/generated/resources.ts';
import type { V1SelfSubjectReview, V1TokenReview } from '../../schema/generated/types.ts';
import { rfc3339 } from '../../time/units.ts';
import { defineKind } from '../kind.ts';

export const selfSubjectReviews = defineKind<V1SelfSubjectReview>({
  type: SelfSubjectReviews,
  strategy: {},
  *review(_, context) {
    const { name, uid = '', groups, extra = {} } = context.caller.user;
    const userInfo = {
      username: name,
      ...(uid === '' ? {} : { uid }),
      ...(groups.length === 0 ? {} : { groups: [...groups] }),
      ...(Object.keys(extra).length === 0 ? {} : { extra }),
    };
    return { metadata: { creationTimestamp: rfc3339(context.now()) }, status: { userInfo } };
  },
});

/** Nobody issues tokens yet, so that none is known. */
export const tokenReviews = defineKind<V1TokenReview>({
  type: TokenReviews,
  strategy: {},
  *review(review) {
    if ((review.spec?.token ?? '') === '') throw badRequest('token is required for TokenReview in authentication');
    return { ...review, status: { user: {}, error: 'invalid bearer token' } };
  },
});

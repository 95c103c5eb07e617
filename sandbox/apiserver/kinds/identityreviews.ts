// Who is it? Reviews of identity say whom the server takes somebody for, by the request itself or by a token.

import type { UserInfo } from '../../kube/operation.ts';
import { badRequest } from '../../kube/status.ts';
import { SelfSubjectReviews, TokenReviews } from '../../schema/generated/resources.ts';
import type {
  V1SelfSubjectReview,
  V1TokenReview,
  V1TokenReviewStatus,
  V1UserInfo,
} from '../../schema/generated/types.ts';
import { rfc3339 } from '../../time/units.ts';
import { bearerOf } from '../auth/bearers.ts';
import { defineKind } from '../kind.ts';

export const selfSubjectReviews = defineKind<V1SelfSubjectReview>({
  type: SelfSubjectReviews,
  strategy: {},
  *review(_, context) {
    const userInfo = shown(context.caller.user);
    return { metadata: { creationTimestamp: rfc3339(context.now()) }, status: { userInfo } };
  },
});

export const tokenReviews = defineKind<V1TokenReview>({
  type: TokenReviews,
  strategy: {},
  *review(review, context) {
    const { token = '', audiences = [] } = review.spec ?? {};
    if (token === '') throw badRequest('token is required for TokenReview in authentication');
    const bearer = bearerOf(token, context.tokens, context, audiences.length === 0 ? undefined : audiences);
    const status: V1TokenReviewStatus =
      typeof bearer === 'string'
        ? { user: {}, error: bearer }
        : { authenticated: true, user: shown(bearer.user), audiences: bearer.audiences };
    return { ...review, status };
  },
});

function shown({ name, uid = '', groups, extra = {} }: UserInfo): V1UserInfo {
  return {
    username: name,
    ...(uid === '' ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups: [...groups] }),
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

// Conditions in an object's status: what stands in it, what it was before, and since when.

/** A condition as most kinds have it. */
type Condition = {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string | null;
};

/** Conditions with another one in the place of its type's; its time is that of the last change of its status. */
export function withCondition<T extends Condition>(
  conditions: readonly T[],
  { type, status, reason, message }: Omit<Condition, 'lastTransitionTime'>,
  now: string,
): readonly (T | Condition)[] {
  const before = conditions.find((condition) => condition.type === type);
  const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? now) : now;
  const next = {
    type,
    status,
    lastTransitionTime,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
  return before === undefined
    ? [...conditions, next]
    : conditions.map((condition) => (condition === before ? next : condition));
}

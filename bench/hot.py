"""The twenty hot queries: what an agent's day is made of, and a lawyer's. Who, page, table it is about.

`{deep}` is a page far down the worklist, `…` the case at hand; "total" counts and sums what a list holds.
"""

HOT = (
    "agent /cases engagement",
    "agent /cases casefile total",
    "agent /cases casefile",
    "agent {deep} casefile",
    "agent /cases?show=later casefile",
    "agent /cases?show=held casefile",
    "agent /cases?from=30000 casefile",
    "agent /cases?from=30000 casefile total",
    "agent /cases/… contact facts",
    "agent /cases/… casefile",
    "agent /cases/… claim",
    "agent /cases/… attempt",
    "agent /cases/… referral",
    "agent /cases/… return",
    "agent /cases/… setting",
    "agent /tombstones tombstone",
    "agent /referrals/sent referral",
    "lawyer /cases/… casefile",
    "lawyer /cases/… claim",
    "lawyer /cases/… attempt",
)

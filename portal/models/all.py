"""Imports every record, so that the metadata is whole."""

from portal.models import (  # noqa: F401
    attempts,
    casefiles,
    events,
    intakes,
    organisations,
    persons,
    placements,
    plans,
    receivables,
    referrals,
    returns,
    reviews,
)

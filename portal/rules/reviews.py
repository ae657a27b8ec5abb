"""What a law team may find about a file (検討結果)."""

from portal.i18n import N_

DECISIONS = {
    "payment_order": N_("支払督促"),
    "lawsuit": N_("訴訟"),
    "negotiate": N_("交渉・分割"),
    "stop_collection": N_("徴収停止相当"),
    "welfare": N_("福祉へ"),
    "inquire": N_("追加調査"),
    "return": N_("市へ返却"),
}
WHAT_FOLLOWS = {
    "payment_order": N_("市が決裁します。異議が出て訴訟に移るときは、議会の議決または専決処分が要ります。"),
    "lawsuit": N_("市が決裁し、議会の議決または専決処分を経ます（地方自治法96条1項12号）。"),
    "negotiate": N_("引き続き交渉します。分割や減額は市が決めます（施行令171条の6）。"),
    "stop_collection": N_("市が了承すると、この案件は市へ戻ります（施行令171条の5）。"),
    "welfare": N_("つなぎシートを作ります。送ると、この方への連絡はすべて止まります。"),
    "inquire": N_("市が調べて回答します。所在や財産の調査は市が行います。"),
    "return": N_("市が了承すると、この案件は市へ戻ります。"),
}
HANDS_BACK = frozenset({"stop_collection", "return"})  # once the desk accepts, the file is the city's again

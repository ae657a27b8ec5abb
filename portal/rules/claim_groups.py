"""Groups of kinds (債権の区分), as a desk speaks of them."""

from portal.i18n import N_

GROUPS = {
    "housing": N_("住宅"),
    "water": N_("水道・衛生"),
    "child": N_("こども・学校"),
    "medical": N_("診療"),
    "welfare": N_("福祉・手当"),
    "loan": N_("貸付"),
    "insurance": N_("保険"),
    "other": N_("その他"),
}

"""Invoices for the tests: made-up parties, sums worked out by hand in the comments."""

from dataclasses import replace
from datetime import date
from typing import Final

from consortium.billing.formats.paper import Paper, PaperLine, Party, Step, VatGroup, Why

SELLER: Final = Party(
    code="2080",
    legal_name="Falu kommun",
    organisation_number="2999000017",
    vat_number="SE299900001701",
    endpoint_scheme="0007",
    endpoint_id="2999000017",
    street="Exempelgatan 1",
    postcode="791 83",
    city="Falun",
    email="bibliotek@falun.example",
)
BUYER: Final = Party(
    code="2039",
    legal_name="Älvdalens kommun",
    organisation_number="2999000025",
    vat_number="SE299900002501",
    endpoint_scheme="0088",
    endpoint_id="7350077820005",
    street="Box 100",
    postcode="796 22",
    city="Älvdalen",
    email="",
)
REGION: Final = Party(
    code="20",
    legal_name="Region Dalarna",
    organisation_number="2999000033",
    vat_number="",
    endpoint_scheme="0007",
    endpoint_id="2999000033",
    street="",
    postcode="",
    city="Falun",
    email="faktura@region.example",
)
NOT_A_SALE: Final = "Kostnadsdelning utan omsättning"
GROUP: Final = "Undantag enligt 10 kap. 19 § ML"


def rated() -> Paper:
    """650 940 + 386 452 = 1 037 392 at 25 % is 259 348; 206 641 at 6 % is 12 398,46 → 12 398."""
    lines = (
        line(1, "Bibliotekssystem", 650_940, 25),
        line(2, "Transporter", 386_452, 25),
        line(3, "E-medier", 206_641, 6),
    )
    return paper(
        lines,
        (VatGroup("S", 25, 1_037_392, 259_348, ""), VatGroup("S", 6, 206_641, 12_398, "")),
        net_ore=1_244_033,
        vat_ore=271_746,
        why=(WHY,),
    )


def outside() -> Paper:
    """One line outside VAT: what is shared is what is paid."""
    lines = (line(1, "Samordning", 220_588, category="O", reason=NOT_A_SALE),)
    return paper(lines, (VatGroup("O", None, 220_588, 0, NOT_A_SALE),), net_ore=220_588, vat_ore=0)


def contribution() -> Paper:
    """What the region gives to a pool beside the key: a line of its own, outside VAT."""
    lines = (line(1, "Bidrag till transporter", 2_083_333, category="O", reason=NOT_A_SALE),)
    groups = (VatGroup("O", None, 2_083_333, 0, NOT_A_SALE),)
    given = paper(lines, groups, net_ore=2_083_333, vat_ore=0)
    return replace(given, buyer=REGION, buyer_reference="EXEMPEL-20")


def exempt() -> Paper:
    """One exempt line beside one at 25 %: 10 001 · 0,25 = 2 500,25 → 2 500."""
    lines = (
        line(1, "Gemensam personal", 88_000, category="E", reason=GROUP),
        line(2, "Transporter", 10_001, 25),
    )
    groups = (VatGroup("E", None, 88_000, 0, GROUP), VatGroup("S", 25, 10_001, 2_500, ""))
    return paper(lines, groups, net_ore=98_001, vat_ore=2_500)


def partly_credited() -> Paper:
    """100 000 − 30 010 = 69 990 at 25 % is 17 497,5 → 17 498."""
    lines = (line(1, "Transporter", 100_000, 25), line(2, "Avräkning 2025", -30_010, 25))
    return paper(lines, (VatGroup("S", 25, 69_990, 17_498, ""),), net_ore=69_990, vat_ore=17_498)


def wholly_credited() -> Paper:
    """−1 010 at 25 % is −252,5 → −253, as 1 010 gives 253."""
    lines = (line(1, "Avräkning 2025", -1_010, 25),)
    return paper(lines, (VatGroup("S", 25, -1_010, -253, ""),), net_ore=-1_010, vat_ore=-253)


def line(
    position: int,
    pool: str,
    net_ore: int,
    percent: int | None = None,
    category: str = "S",
    reason: str = "",
) -> PaperLine:
    """A line of a pool, for November."""
    note = "20 % lika, 80 % efter folkmängd (§ 7.1)"
    named = f"{pool}, november 2026"
    return PaperLine(position, pool, named, note, net_ore, category, percent, reason)


def paper(
    lines: tuple[PaperLine, ...],
    vat: tuple[VatGroup, ...],
    net_ore: int,
    vat_ore: int,
    why: tuple[Why, ...] = (),
) -> Paper:
    return Paper(
        number="2026110017",
        issued_on=date(2026, 11, 25),
        due_on=date(2026, 12, 25),
        terms_days=30,
        period_from=date(2026, 11, 1),
        period_to=date(2026, 11, 30),
        seller=SELLER,
        buyer=BUYER,
        buyer_reference="EXEMPEL-2039",
        bankgiro="991-2346",
        ocr="202611001720",
        lines=lines,
        vat=vat,
        net_ore=net_ore,
        vat_ore=vat_ore,
        payable_ore=net_ore + vat_ore,
        why=why,
        example=True,
    )


WHY: Final = Why(
    title="Bibliotekssystem, november 2026",
    facts=(
        ("Kostnad att dela", "200\u00a0000,00\u00a0kr"),
        ("Fördelningsnyckel", "20 % lika, 80 % efter folkmängd (§ 7.1, ändrad 2026-05-20)"),
        ("Folkmängd 2024-12-31", "6\u00a0882 av 286\u00a0547"),
    ),
    steps=(
        Step("20 % lika", "200\u00a0000,00 · 20 % ÷ 15", "2\u00a0666,6667"),
        Step(
            "80 % efter folkmängd",
            "200\u00a0000,00 · 80 % · 6\u00a0882 ÷ 286\u00a0547",
            "3\u00a0842,7204",
        ),
    ),
    exact="6\u00a0509,3871",
    share_ore=650_940,
    snapshot="sha256:" + "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)

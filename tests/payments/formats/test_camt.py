"""camt.053 and camt.054, element by element."""

from datetime import date

import pytest

from consortium.core.errors import Invalid
from consortium.payments.formats.entries import BankFile
from consortium.payments.formats.reading import read_bank_file

PARTS = {"camt.053": ("BkToCstmrStmt", "Stmt"), "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}
ACCOUNT = "<Acct><Id><IBAN>SE3550000000054910000003</IBAN></Id></Acct>"


def document(*inner: str, form: str = "camt.054", version: str = "02") -> bytes:
    message, statement = PARTS[form]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document '
        f'xmlns="urn:iso:std:iso:20022:tech:xsd:{form}.001.{version}"><{message}><GrpHdr/>'
        f"<{statement}>{ACCOUNT}{''.join(inner)}</{statement}></{message}></Document>"
    ).encode()


def ntry(amount: str, details: str = "", way: str = "CRDT", more: str = "") -> str:
    inner = f"<NtryDtls>{details}</NtryDtls>" if details else ""
    return (
        f'<Ntry><Amt Ccy="SEK">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>{more}'
        f"<BookgDt><Dt>2026-11-24</Dt></BookgDt><AcctSvcrRef>E1</AcctSvcrRef>{inner}</Ntry>"
    )


def tx(name: str, amount: str = "", remittance: str = "", more: str = "") -> str:
    told = f'<AmtDtls><TxAmt><Amt Ccy="SEK">{amount}</Amt></TxAmt></AmtDtls>' if amount else ""
    refs = f"<Refs><AcctSvcrRef>{name}</AcctSvcrRef></Refs>" if name else ""
    return f"<TxDtls>{refs}{told}{more}<RmtInf>{remittance}</RmtInf></TxDtls>"


def strd(reference: str = "", number: str = "", kind: str = "CINV", own: str = "") -> str:
    document = f"<Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Nb>{number}</Nb>"
    return (
        "<Strd>"
        + (f"<RfrdDocInf>{document}</RfrdDocInf>" if number else "")
        + (f"<RfrdDocAmt>{own}</RfrdDocAmt>" if own else "")
        + (f"<CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf>" if reference else "")
        + "</Strd>"
    )


def balance(code: str, amount: str, way: str = "CRDT") -> str:
    tp = f"<Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
    return f'<Bal>{tp}<Amt Ccy="SEK">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd></Bal>'


def faults(content: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        read_bank_file(content)
    return [(fault.at, fault.fault) for fault in refused.value.faults]


def test_a_deposit_is_many_payments_each_with_its_own() -> None:
    parties = (
        "<RltdPties><Dbtr><Nm>Habo  kommun</Nm><Id><OrgId><Othr><Id>C-17</Id></Othr><Othr>"
        "<Id>212000-2221</Id></Othr></OrgId></Id></Dbtr><DbtrAcct><Id><Othr><Id>3783511</Id>"
        "</Othr></Id></DbtrAcct></RltdPties>"
    )
    file = read_bank_file(
        document(
            ntry(
                "1234.50",
                tx("T1", "1000.000", strd("2026001204"), parties)
                + tx("T2", "200", strd(number="20260013") + "<Ustrd>tack</Ustrd>")
                + tx("T3", "34.5", "<Ustrd>2026 0014 07</Ustrd>"),
            )
        )
    )
    assert (file.form, file.account) == ("camt.054", "SE3550000000054910000003")
    assert [entry.amount_ore for entry in file.entries] == [100_000, 20_000, 3_450]
    first, second, third = file.entries
    assert first.references == (("2026001204", None),)
    assert (first.payer, first.payer_number) == ("Habo kommun", "2120002221")
    assert (first.payer_account, first.booked_on) == ("3783511", date(2026, 11, 24))
    assert (second.references, second.message) == ((("20260013", None),), "tack")
    assert third.references == (("2026 0014 07", None),)
    assert len({entry.key for entry in file.entries}) == 3


def test_version_08_says_the_same_in_other_places() -> None:
    details = (
        "<TxDtls><Refs><AcctSvcrRef>T1</AcctSvcrRef></Refs><Amt Ccy='SEK'>12.34</Amt>"
        "<CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Habo kommun</Nm></Pty></Dbtr>"
        "</RltdPties></TxDtls>"
    )
    status = "<Sts><Cd>BOOK</Cd></Sts>"
    file = read_bank_file(
        document(ntry("12.34", details, more=status), form="camt.053", version="08")
    )
    assert (file.form, file.total_ore, file.entries[0].payer) == ("camt.053", 1234, "Habo kommun")


def test_references_may_have_amounts_of_their_own() -> None:
    remittance = (
        strd("2026001204", own='<RmtdAmt Ccy="SEK">100.00</RmtdAmt>')
        + strd(number="20260013", own='<DuePyblAmt Ccy="SEK">60.00</DuePyblAmt>')
        + strd(number="20260014", kind="CREN", own='<RmtdAmt Ccy="SEK">10.00</RmtdAmt>')
        + strd("2026001506", own='<CdtNoteAmt Ccy="SEK">5.00</CdtNoteAmt>')
        + strd(number="17", kind="PUOR")
    )
    (entry,) = read_bank_file(document(ntry("145.00", tx("T1", "", remittance)))).entries
    assert entry.references == (
        ("2026001204", 10_000),
        ("20260013", 6_000),
        ("20260014", -1_000),
        ("2026001506", -500),
    )


@pytest.mark.parametrize(
    ("written", "ore"), [("1", 100), ("0.01", 1), (".5", 50), ("+2.", 200), ("7.10000", 710)]
)
def test_amounts_are_exact(written: str, ore: int) -> None:
    assert read_bank_file(document(ntry(written))).total_ore == ore


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("1.005", "1.005 has parts of an öre"),
        ("1,00", "1,00 is no amount"),
        ("-1.00", "-1.00 is no amount"),
        ("1e2", "1e2 is no amount"),
        ("٣", "٣ is no amount"),  # digits of another script
        ("", "— is no amount"),
    ],
)
def test_an_amount_that_is_none_is_refused(written: str, says: str) -> None:
    assert faults(document(ntry("2.00"), ntry(written))) == [("Ntfctn[1]/Ntry[2]/Amt", says)]


def test_every_fault_is_told_at_once_with_its_path() -> None:
    content = document(
        ntry("1.00").replace("CRDT", "CREDIT"),
        ntry("1.00").replace("2026-11-24", "2026-11-31"),
        ntry("1.00").replace("SEK", "EUR"),
        ntry("3.00", tx("T1", "1.00") + tx("T2", "1.00")),
        ntry("3.00", tx("T1", "1.00") + tx("T2")),
        ntry("1.00", more="<Sts>BOOKED</Sts>"),
    )
    assert faults(content) == [
        ("Ntfctn[1]/Ntry[1]/CdtDbtInd", "CREDIT says neither CRDT nor DBIT"),
        ("Ntfctn[1]/Ntry[2]/BookgDt", "2026-11-31 is no date"),
        ("Ntfctn[1]/Ntry[3]/Amt", "The currency is EUR; only SEK is taken in"),
        ("Ntfctn[1]/Ntry[4]/Amt", "The entry is 300 öre, its transactions add up to 200 öre"),
        ("Ntfctn[1]/Ntry[5]/NtryDtls/TxDtls[2]/Amt", "The amount is missing"),
        ("Ntfctn[1]/Ntry[6]/Sts", "BOOKED is no status"),
    ]


def test_the_balances_must_tell_of_the_same_money() -> None:
    entries = [ntry("100.00"), ntry("30.00", way="DBIT"), ntry("7.00", more="<Sts>PDNG</Sts>")]
    good = [balance("OPBD", "50.00", "DBIT"), *entries, balance("CLBD", "20.00")]
    file = read_bank_file(document(*good, form="camt.053"))
    assert [entry.amount_ore for entry in file.entries] == [100_00, -30_00]  # pending ones wait
    bad = [balance("OPBD", "50.00"), *entries, balance("CLBD", "20.00")]
    assert faults(document(*bad, form="camt.053")) == [
        ("Stmt[1]/Bal", "The balance changes by -3000 öre, the entries add up to 7000 öre")
    ]
    page = "<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>"
    assert read_bank_file(document(page, *bad, form="camt.053")).total_ore == 70_00


def test_stated_sums_are_checked() -> None:
    sums = "<TxsSummry><TtlCdtNtries><Sum>99</Sum></TtlCdtNtries></TxsSummry>"
    assert faults(document(sums, ntry("100.00"))) == [
        (
            "Ntfctn[1]/TxsSummry/TtlCdtNtries/Sum",
            "The sum is 9900 öre, the entries add up to 10000 öre",
        )
    ]


def test_a_reversal_says_what_it_takes_back() -> None:
    back = ntry("10.00", tx("T1", "10.00"), "DBIT", "<RvslInd>true</RvslInd>")
    (paid, reversal) = read_bank_file(document(ntry("10.00", tx("T1", "10.00")), back)).entries
    assert (reversal.reversal, reversal.amount_ore) == (True, -1000)
    assert "camt:T1" in reversal.originals
    assert paid.key.startswith("camt:T1|")
    assert reversal.key != paid.key
    returned = ntry("10.00", tx("T1", "10.00", more="<RtrInf><Rsn/></RtrInf>"), "DBIT")
    assert read_bank_file(document(returned)).entries[0].reversal


def test_a_statement_and_a_notice_call_a_payment_the_same() -> None:
    entry = ntry("10.00", tx("T1", "4.00") + tx("T2", "6.00"))
    notice = read_bank_file(document(entry))
    statement = read_bank_file(document(entry, form="camt.053", version="08"))
    assert [e.key for e in notice.entries] == [e.key for e in statement.entries]


def keys(file: BankFile) -> list[str]:
    return [entry.key for entry in file.entries]


def test_payments_without_a_name_of_their_own_are_each_their_own() -> None:
    twice = document(ntry("2.00", tx("", "1.00") + tx("", "1.00")))
    first, second = keys(read_bank_file(twice))
    assert first != second
    assert [first, second] == keys(read_bank_file(twice))
    bare = ntry("2.00").replace("<AcctSvcrRef>E1</AcctSvcrRef>", "")
    assert len(set(keys(read_bank_file(document(bare, bare))))) == 2
    alike = ntry("2.00", tx("T1", "1.00") + tx("T1", "1.00"))
    assert len(set(keys(read_bank_file(document(alike))))) == 1  # named, alike: told twice
    batch = ntry("2.00", tx("T1", "1.00", strd("17")) + tx("T1", "1.00", strd("18")))
    assert len(set(keys(read_bank_file(document(batch))))) == 2  # one name for a whole batch


def test_a_payers_own_name_is_one_payments_on_its_day_only() -> None:
    details = tx("", "1.00", more="").replace(
        "<TxDtls>", "<TxDtls><Refs><EndToEndId>17</EndToEndId></Refs>"
    )
    entry = ntry("1.00", details).replace("<AcctSvcrRef>E1</AcctSvcrRef>", "")
    (today,) = keys(read_bank_file(document(entry)))
    (later,) = keys(read_bank_file(document(entry.replace("11-24", "11-25"))))
    assert today != later


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<Document>", "no well-formed XML"),
        (b"<?xml version='1.0' encoding='nonsense'?><a/>", "no well-formed XML"),
        (document(version="09"), r"camt.054.001.09, not camt.053"),
        (document().replace(b"camt.054", b"pain.001"), "pain.001.001.02, not"),
        (b"<html/>", "html, not camt.053"),
        (
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]>' + document()[38:],
            "declares no document type",
        ),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read_bank_file(content)


def test_no_file_of_the_machine_is_read(tmp_path: object) -> None:
    outside = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    content = outside + document(ntry("1.00", tx("T1", "", "<Ustrd>&x;</Ustrd>")))[38:]
    with pytest.raises(Invalid, match="declares no document type"):
        read_bank_file(content)

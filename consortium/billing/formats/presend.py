"""The last look at an e-invoice before it is sent, at its bytes: what a receiver would refuse.

The rules of Peppol BIS Billing 3 for UBL (docs.peppol.eu/poacc/billing/3.0/rules, May 2026) come
in no package for Python; here they are as far as they can concern us, by their published names and
meanings, with sums and VAT exact to the öre and what a Swedish payer needs besides (`OWN-…`).

Left out: rules of other countries (DE-, DK-, GR-, IS-, IT-, NL-, NO-R-…) and on their identifiers
(PEPPOL-COMMON-R041 to R047, R050, R052 to R057), as a Swedish seller has none and PEPPOL-EN16931-
CL008 lets no other scheme through; rules of self-billing and of the profile with invoice response,
which have identifiers of their own that PEPPOL-EN16931-R004 and R007 refuse. The rules of EN 16931
that a file of our own writer cannot break are no part of the product: the tests hold each kind of
file against the official ones.
"""

from typing import Final

from lxml import etree

from consortium.billing.formats.peppol import UBL
from consortium.billing.formats.presend_document import DOCUMENT
from consortium.billing.formats.presend_figures import FIGURES
from consortium.billing.formats.presend_lines import LINE
from consortium.billing.formats.presend_parties import PARTY, PAYMENT
from consortium.billing.formats.presend_reading import TELL, Rule
from consortium.core.errors import Fault

RULES: Final[dict[str, Rule]] = {
    rule.name: rule for rule in (*DOCUMENT, *PARTY, *PAYMENT, *LINE, *FIGURES)
}
"""Name of a rule → the rule, in the order in which faults are told."""

ROOTS: Final = frozenset({f"{{{UBL}Invoice-2}}Invoice", f"{{{UBL}CreditNote-2}}CreditNote"})


def presend_faults(xml: bytes) -> list[Fault]:
    """Everything for which the e-invoice must not be sent; empty where it may.

    Places are XPath (`/Invoice/cac:InvoiceLine[2]/cbc:ID`); each fault has `rule` among its facts.
    What is no XML, or no UBL invoice or credit note, is one fault: `OWN-XML`, `OWN-UBL`.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError:
        return [Fault("The file is no XML", "/", {"rule": "OWN-XML"}, TELL)]
    if root.tag not in ROOTS:
        return [
            Fault(
                "The file is neither an invoice nor a credit note", "/", {"rule": "OWN-UBL"}, TELL
            )
        ]
    return [fault for rule in RULES.values() for fault in rule.faults(root)]

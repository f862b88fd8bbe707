"""A van's route as files for other programs, and the day's labels for a roll printer."""

from datetime import date

from flask import Response, request

from consortium.core.errors import NotFound
from consortium.core.words import words
from consortium.crates.formats.labels import FIRST_ROLL, roll_pdf
from consortium.http.asking import works
from consortium.http.parsing import day_of
from consortium.reports.plans import published_plan
from consortium.transports.drives import drive_of
from consortium.transports.formats import geojson, gpx, route_csv
from consortium.transports.formats.drives import Drive
from consortium.transports.rendering import labels_of_plan
from consortium.web.asking import Pages, asker
from consortium.web.downloads import csv_file, csv_text, pdf_page, sheet_file
from consortium.web.language import language

pages = Pages("route_files", __name__, "/turplan", right="transports.see")


@pages.get("/<datum>/<vehicle>.gpx")
def gpx_route(datum: str, vehicle: str) -> Response:
    content = gpx.gpx_file(_drive(datum, vehicle), words(language()))
    return sheet_file(f"tur-{datum}-{vehicle}.gpx", content, gpx.MEDIA_TYPE)


@pages.get("/<datum>/<vehicle>.geojson")
def geojson_route(datum: str, vehicle: str) -> Response:
    content = geojson.geojson_file(_drive(datum, vehicle)).encode()
    return sheet_file(f"tur-{datum}-{vehicle}.geojson", content, geojson.MEDIA_TYPE)


@pages.get("/<datum>/<vehicle>.csv")
def csv_route(datum: str, vehicle: str) -> Response:
    rows = route_csv.route_rows(_drive(datum, vehicle))
    return csv_file(f"tur-{datum}-{vehicle}.csv", csv_text(route_csv.COLUMNS, rows))


@pages.get("/<datum>/etiketter-rulle.pdf")
def roll_labels(datum: str) -> Response:
    """The labels of the crates that wait for the day's stops now, one a page.

    `storlek` in the address: the roll, as 102x59.
    """
    with works().reading(asker()) as work:
        labels = labels_of_plan(work, published_plan(work, _day(datum)))
    content = roll_pdf(labels, words(language()), request.args.get("storlek", FIRST_ROLL))
    return pdf_page(f"etiketter-{datum}.pdf", content)


def _drive(datum: str, vehicle: str) -> Drive:
    with works().reading(asker()) as work:
        return drive_of(work, _day(datum), vehicle)


def _day(text: str) -> date:
    """The day in an address; NotFound where it is none."""
    try:
        return day_of(text)
    except ValueError as error:
        raise NotFound("There is no plan of {day}", day=text) from error

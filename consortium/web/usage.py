"""The old address of the import of usage: it is one kind of sheet among others."""

from flask import url_for
from werkzeug.wrappers import Response

from consortium.web.addresses import see
from consortium.web.asking import Pages

pages = Pages("usage", __name__, "/e-medier/import", right="emedia.change")


@pages.get("")
def index() -> Response:
    return see(url_for("web.exchanging.choose", kind="usage"))

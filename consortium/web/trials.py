"""The form of a key that is tried: what an address says of it, and where it begins."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Final, Literal

from pydantic import Field

from consortium.core.errors import Invalid
from consortium.http.asking import Form, Line, Whole, form_of
from consortium.reports.trying import WHOLE, Trial, Weighing, trial_faults, weighing_of

Percent = Annotated[Whole, Field(ge=0, le=WHOLE)]

FIELDS: Final = ("lika", "matt1", "del1", "matt2", "del2", "period")


class TrialForm(Form):
    """lika, del1, del2: percent. matt1, matt2: a measure with its dates. period: what is split."""

    lika: Percent
    matt1: Line = ""
    del1: Percent
    matt2: Line = ""
    del2: Percent
    period: Literal["manad", "ar"] = "manad"


def is_asked(args: Mapping[str, str]) -> bool:
    """Whether an address asks for a trial."""
    return "lika" in args


def trial_asked(args: Mapping[str, str], names: Mapping[str, str]) -> Trial:
    """The trial that an address asks for; Invalid, at its fields, where it is no key.

    names: measure code → name, of every measure that there is.
    """
    form = form_of(TrialForm, args)
    asked = [("matt1", form.matt1, form.del1), ("matt2", form.matt2, form.del2)]
    weighed = [(field, weighing_of(code, share)) for field, code, share in asked if share]
    trial = Trial(form.lika, tuple(weighing for _field, weighing in weighed))
    places = {f"weighings[{n}].measure": field for n, (field, _w) in enumerate(weighed)}
    places["equal"] = "lika"
    if faults := list(trial_faults(trial, names)):
        raise Invalid([replace(fault, at=places[fault.at]) for fault in faults])
    return trial


def fields_of_trial(trial: Trial | None, offered: list[Weighing]) -> dict[str, str]:
    """A form filled in with `trial`, or with everything by the first measure that is offered."""
    first = next(iter(offered), None)
    begun = trial or Trial(0 if first else WHOLE, ())
    weighings = list(begun.weighings)
    if first and not weighings:
        weighings.append(Weighing(first.measure, first.when, WHOLE - begun.equal))
    free = [weighing for weighing in offered if weighing.code not in {w.code for w in weighings}]
    weighings += [Weighing(w.measure, w.when, 0) for w in free[: 2 - len(weighings)]]
    fields = {"lika": str(begun.equal), "period": "manad"}
    for place, weighing in enumerate(weighings, 1):
        fields |= {f"matt{place}": weighing.code, f"del{place}": str(weighing.percent)}
    return {name: fields.get(name, "0" if name.startswith("del") else "") for name in FIELDS}

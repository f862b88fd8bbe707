"""The demo's branches with their hours, the vans, and the week's stops."""

from datetime import time

from consortium.branches.registering import NewBranch, register_branch
from consortium.branches.rules import slug
from consortium.branches.tables import Branch
from consortium.core.work import Work
from consortium.demo.figures import sheet
from consortium.transports.registering import (
    NewVehicle,
    WeeklyStop,
    add_vehicle,
    set_template_stop,
)

KINDS = {
    "huvudbibliotek": "main",
    "filial": "branch",
    "bokbuss": "bus",
    "bokbusshallplats": "bus_stop",
}
DEPOT = "Depån i Borlänge (exempel)"
EVERY_DAY = range(5)
# Branches are visited three days a week; Idre, Särna and Sälen, far up north, two.
BRANCH_DAYS = (0, 2, 4)
FAR_AWAY = {"sarna-bibliotek": (1, 3), "idre-bibliotek": (1, 3), "salens-bibliotek": (1, 3)}
MAIN_HOURS = {day: (time(8), time(18)) for day in range(5)} | {5: (time(10), time(14))}
BRANCH_HOURS = {day: (time(9), time(17)) for day in range(5)}
OTHER_NAMES = {
    "Falu stadsbibliotek": ("Stadsbiblioteket Falun",),
    "Djurås bibliotek": ("Gagnefs huvudbibliotek",),
}
VANS = (("van1", "Bil 1"), ("van2", "Bil 2"), ("van3", "Bil 3"))
OWN_VAN = "van3"
"""What the host itself drives, where the others are a carrier's."""

USUAL_CRATES = {"main": (4, 4), "branch": (1, 1)}
"""Crates that a stop is expected to have before any are counted: delivered, collected."""


def place_branches(work: Work) -> list[Branch]:
    """Every library of the sheet that a page or a list names, its book buses' stops, and a depot.

    Localities of which no source says that they have a library today are left out.
    """
    made = []
    for row in sheet("dalarna-branches.csv"):
        if row["kind"] not in KINDS:
            continue
        kind = KINDS[row["kind"]]
        new = NewBranch(
            name=row["name"],
            member=row["municipality_code"],
            kind=kind,
            locality=row["locality"],
            lat=float(row["lat"]),
            lon=float(row["lon"]),
            coordinate_basis=row["coord_basis"],
            source=row["coord_source"],
            email=f"{slug(row['name'])}@bibliotek.example",
        )
        hours = {"main": MAIN_HOURS, "branch": BRANCH_HOURS}.get(kind, {})
        made.append(register_branch(work, new, hours, OTHER_NAMES.get(row["name"], ())))
    depot = NewBranch(DEPOT, "2081", "depot", "Borlänge", 60.475, 15.45, "example", "made up")
    made.append(register_branch(work, depot, dict.fromkeys(range(5), (time(6), time(18)))))
    return made


def plan_week(work: Work, branches: list[Branch], carrier: str = "") -> None:
    """Three vans from the depot, and the weekdays on which each library is visited.

    carrier: the name of who drives all but OWN_VAN; empty for the host itself.
    """
    for code, name in VANS:
        van = NewVehicle(
            code=code,
            name=name,
            depot=slug(DEPOT),
            capacity=70,
            shift=(time(6, 30), time(18)),
            max_duration_s=36_000,
            cost_per_km_ore=1_000,
            cost_per_hour_ore=38_000,
            fixed_ore=50_000,
            carrier="" if code == OWN_VAN else carrier,
        )
        add_vehicle(work, van)
    for branch in branches:
        for weekday in visited_on(branch):
            main = branch.kind == "main"
            window = (time(8), time(16, 30)) if main else (time(9), time(16))
            deliver, collect = USUAL_CRATES[branch.kind]
            stop = WeeklyStop(
                weekday,
                branch.slug,
                window,
                service_s=480 if main else 360,
                usual_deliver=deliver,
                usual_collect=collect,
            )
            set_template_stop(work, stop)


def visited_on(branch: Branch) -> tuple[int, ...] | range:
    """The weekdays on which a van comes to a branch; none for buses, their stops and depots."""
    if branch.kind == "main":
        return EVERY_DAY
    return FAR_AWAY.get(branch.slug, BRANCH_DAYS) if branch.kind == "branch" else ()

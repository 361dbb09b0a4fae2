"""Each act of what everybody may see: where it is tried, and whom it lets in."""

from __future__ import annotations

from pathlib import Path

from programs import actions
from programs.package.archive import content_of
from programs.package.reading import package_of
from tests.factories.publications import hold, say_yes, shown
from tests.guards.partners import STAFF
from tests.guards.people import LEADS
from tests.guards.scenes import OTHER, OWN, Scene, Table, World, table_of

TABLE: Table = {}
guarded = table_of(actions, TABLE)


@guarded(LEADS)
def publish(w: World) -> Scene:
    partnership = w.sprint.partnership
    return Scene(partnership, {"partnership": partnership, "shown": shown(partnership)})


@guarded(LEADS)
def take_back_publication(w: World) -> Scene:
    partnership = w.sprint.partnership
    say_yes(partnership)
    return Scene(partnership, {"partnership": partnership})


@guarded(LEADS)
def hold_back(w: World) -> Scene:
    return Scene(w.sprint.partnership, {"partnership": w.sprint.partnership, "item": "goal-1"})


@guarded(LEADS)
def let_go(w: World) -> Scene:
    partnership = w.sprint.partnership
    for party in (OWN, OTHER):
        hold(partnership, "goal-1", party)
    return Scene(partnership, {"partnership": partnership, "item": "goal-1"})


@guarded(STAFF, doer="staff")
def import_package(w: World) -> Scene:
    kept = Path(__file__).parent.parent / "programs" / "packages" / "schema-1.zip"
    return Scene(w.seated, {"program": w.seated.program, "package": package_of(content_of(kept.read_bytes()))})

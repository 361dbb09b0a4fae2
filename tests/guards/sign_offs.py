"""The two acts of a sign-off, tried upon something of each kind, and whom they let in."""

from __future__ import annotations

from collections.abc import Callable

from sprints import actions
from sprints.domain.sign_offs import Subject
from tests.factories.sign_offs import KINDS
from tests.guards.people import LEADS
from tests.guards.scenes import Scene, Table, World, table_of

TABLE: Table = {}
guarded = table_of(actions, TABLE)


def _scene(act: str, kind: str, **said: object) -> Callable[[World], Scene]:
    def scene(w: World) -> Scene:
        subject: Subject = KINDS[kind].make(w.sprint)
        return Scene(w.sprint.partnership, {"subject": subject, "shown": subject.digest, **said})

    scene.__name__ = f"{act}__{kind}"
    return scene


for one in KINDS:
    # The community partner promised to check each analysis.
    lets_in = {"community lead"} if one == "finding" else LEADS
    guarded(lets_in)(_scene("sign_off", one))
    if one != "report":  # of facts that follow from others, no changes are asked for
        guarded(lets_in)(_scene("ask_for_changes", one, reason="For whom?"))

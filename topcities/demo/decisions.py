"""What the sprints of the demonstration decide, how each side says the weeks go, and what its people learn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from partners.models import Seat
from partners.parties import Party, Role
from sprints import actions
from sprints.domain.check_ins import check_in_digest, week_now
from sprints.domain.decisions import DecisionSubject
from sprints.domain.learning import learning_digest, stage_now, stage_weeks
from sprints.models import Decision, Occasion, Sprint, Stage
from topcities.demo.people import lead_of, member_of
from topcities.demo.teams import CITY, COMMUNITY

FIRST_BLOCKS = {
    "question": "On which blocks do we begin?",
    "options": "Where most trees died\nWhere most people were asked\nIn all four neighborhoods at once",
    "choice": "Where most trees died: the eleven blocks along Mill Creek.",
    "why": "Fourteen of 22 people named them, and the planting records show the same.",
    "affected": "Residents of the other three neighborhoods, who wait until spring.",
}
REMINDERS = {
    "question": "Do people need an account to be reminded to water?",
    "options": "No account, a text message\nAn account with an e-mail address\nNo reminders for now",
    "choice": "No account: whoever waters a tree leaves a telephone number, and can take it back.",
    "why": "On the walk, seven of nine would water with a reminder; two of them have an e-mail address.",
    "affected": "Residents without a mobile telephone: they are reminded by their block club.",
}
ACCOUNTS = {
    "question": "Who may report an outage?",
    "options": "Only people with an account\nEverybody",
    "choice": "Only people with an account.",
    "why": "So that nobody reports the same outage many times.",
    "affected": "",
}
EVERYBODY = ACCOUNTS | {
    "choice": "Everybody, by text message or on the web.",
    "why": "Nine residents tried it, and six of them gave up at the account.",
    "affected": "Residents who would not open an account with their name.",
}
DISSENT = "Two of the other neighborhoods asked first. I would have begun in one of them, even with fewer trees."

# For each week in turn, what each side says: how it goes, why, and whether decisions were made together.
Said = tuple[str, str, str]
FINE = ("on track", "yes")
WEEKS = [
    (("The kick-off went well, and everyone came.", *FINE), ("We know whom to ask for what.", *FINE)),
    (("The research plan is written.", *FINE), ("Our block clubs chose the questions.", *FINE)),
    (("We come along where we are asked to.", "on track", "none"), ("Ten talks so far.", "on track", "none")),
    (("Twenty-two talks are done.", *FINE), ("People were glad to be asked, and to be paid.", *FINE)),
    (("The problem statement waits for our director.", "at risk", "yes"), ("We wait for one yes.", "at risk", "yes")),
    (
        ("The planting records are out.", *FINE),
        ("Nobody asked us which data we need, and the routes are missing.", "stuck", "no"),
    ),
]
LATER = (("As planned.", *FINE), ("As planned.", *FINE))
ABLE = {
    CITY: [(4, 2, 3), (4, 3, 3), (5, 4, 4)],
    COMMUNITY: [(1, 3, 1), (2, 4, 2), (3, 5, 3)],
}
VOICE = {
    CITY: [
        "We ask residents late, once most of it is decided.",
        "They are asked first now. Not all of us are used to it.",
        "We would not begin without them any more, and they tell us when we are wrong.",
    ],
    COMMUNITY: [
        "People have been asked often, and have rarely heard what came of it.",
        "They see their words in the problem statement. Trust takes longer.",
        "They showed the product on the stage themselves. They ask what comes next.",
    ],
}
SUPPORT = {
    Occasion.START: "People have told us about this for years. Two of our staff have a day a week for it.",
    Occasion.CONCEPT: "I saw the concept, and heard what residents say to it. We will pay for two years of it.",
}


def deciding(sprint: Sprint, now: datetime) -> None:
    """Week seven: last week the sides disagreed; a decision and a check-in wait for one side."""
    _supported(sprint, Occasion.START, now - timedelta(days=42))
    _learned(sprint, now - timedelta(days=41))
    for back, week in enumerate(reversed(WEEKS), start=1):
        _weeks(sprint, week, now - timedelta(days=7 * back))
    _check_in(sprint, COMMUNITY, ("We sat down with the stewards. It helped.", *FINE), now - timedelta(hours=6))
    made = _decided(sprint, FIRST_BLOCKS, list(Party), now - timedelta(days=16))
    by = member_of(sprint.partnership, CITY)
    actions.dissent(by=by, decision=made, words=DISSENT, now=now - timedelta(days=15))
    _decided(sprint, REMINDERS, [COMMUNITY], now - timedelta(days=1))


def decided(sprint: Sprint) -> None:
    """All weeks said, a decision that a later one took back, and support that came late for the concept."""
    for week in range(1, sprint.weeks + 1):
        then = _noon(sprint, week)
        _weeks(sprint, WEEKS[week - 1] if week <= len(WEEKS) else LATER, then)
        if week in stage_weeks(sprint.weeks).values():
            _learned(sprint, then)
    _supported(sprint, Occasion.START, _noon(sprint, 1))
    _supported(sprint, Occasion.CONCEPT, _noon(sprint, 10))
    old = _decided(sprint, ACCOUNTS, list(Party), _noon(sprint, 11))
    _decided(sprint, EVERYBODY, list(Party), _noon(sprint, 14), reverses=old)


def _noon(sprint: Sprint, week: int) -> datetime:
    """Of the third day of a week."""
    day = sprint.timeline.starts(week) + timedelta(days=2)
    return datetime(day.year, day.month, day.day, 12, tzinfo=sprint.partnership.program.zone)


def _decided(
    sprint: Sprint, said: dict[str, Any], parties: list[Party], then: datetime, *, reverses: Decision | None = None
) -> Decision:
    act: dict[str, Any] = {"by": lead_of(sprint.partnership, parties[-1]), "sprint": sprint, "reverses": reverses}
    decision = actions.propose_decision(now=then, **act, **said)
    for party in parties:
        by, subject = lead_of(sprint.partnership, party), DecisionSubject(decision)
        actions.sign_off(by=by, subject=subject, shown=subject.digest, now=then + timedelta(hours=1))
    return decision


def _weeks(sprint: Sprint, said: tuple[Said, Said], then: datetime) -> None:
    for party, one in zip((CITY, COMMUNITY), said, strict=True):
        _check_in(sprint, party, one, then)


def _check_in(sprint: Sprint, party: Party, said: Said, then: datetime) -> None:
    words, rating, together = said
    act: dict[str, Any] = {"by": member_of(sprint.partnership, party), "sprint": sprint, "now": then}
    shown = check_in_digest(week_now(sprint, then) or 0, None)
    actions.check_in(rating=rating, words=words, together=together, shown=shown, **act)


def _learned(sprint: Sprint, then: datetime) -> None:
    stage = stage_now(sprint, then)
    if stage is None:
        return
    place = list(Stage).index(stage)
    for party in Party:
        open_data, design, private_partners = ABLE[party][place]
        levels: dict[str, Any] = {"open_data": open_data, "design": design, "private_partners": private_partners}
        act: dict[str, Any] = {"by": lead_of(sprint.partnership, party), "sprint": sprint, "voice": VOICE[party][place]}
        actions.note_learning(shown=learning_digest(stage, None), now=then, **act, **levels)


def _supported(sprint: Sprint, occasion: Occasion, then: datetime) -> None:
    seats = Seat.objects.select_related("person").filter(partnership=sprint.partnership)
    by = seats.get(role=Role.EXECUTIVE_SPONSOR).person
    actions.record_buy_in(by=by, sprint=sprint, occasion=occasion, words=SUPPORT[occasion], now=then)

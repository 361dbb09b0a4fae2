"""The strip of a row of the wall: the plan's weeks as one picture. Pure: no database.

Three lanes on a field of 20 a week by 48: the city's own word of each week, the community's own below it, and under
them the milestones. Neither is weighed against the other. While the text is drafted, the same two lanes show whose yes
stands on each clause; while it is open for signing, who has signed. Each mark is drawn once, in
templates/programs/wall/marks.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from partners.parties import Party
from programs.wall import Mark, Stage, WallFacts, WeekMark

WEEK, HEIGHT, RULER, MANY, LETTER = 20, 48, 22, 24, 7
# By party: the class of a good week, its place, and how the other marks of its lane are called.
LANES = dict(zip(Party, (("kc", 8), ("ko", 24)), strict=True))
SHAPES = {"at risk": 2, "stuck": 3, "": 0}
MARKS = {
    Mark.DONE: "kdone",
    Mark.LATE: "klate",
    Mark.SIGN_OFF_LATE: "kslate",
    Mark.WAITS: "kwait",
    Mark.SIGN_OFF_COMING: "kso",
    Mark.DEMO_DAY: "kdemo",
}
RANK = list(Mark)


def strip(facts: WallFacts, says: str) -> SafeString:
    """An SVG; `says` is all of it in words."""
    width, body = _drawn(facts)
    cells = min(width, max(RULER, facts.weeks or 0))
    return format_html(
        '<svg class="strip strip--w{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        *(cells, width * WEEK, HEIGHT, says, mark_safe("".join(body))),  # noqa: S308  numbers, and words escaped below
    )


def week_numbers(weeks: int) -> SafeString:
    """What stands above the strips. Where weeks are narrow, every fifth has its number."""
    step = 1 if weeks <= MANY else 5
    numbers = "".join(
        f'<text x="{week * WEEK - 10}" y="13">{week}</text>'
        for week in range(1, weeks + 1)
        if step == 1 or week == 1 or week % step == 0
    )
    return format_html(
        '<svg class="wall-heads__weeks" viewBox="0 0 {} 16" aria-hidden="true">{}</svg>',
        *(weeks * WEEK, mark_safe(numbers)),  # noqa: S308  numbers
    )


def _drawn(facts: WallFacts) -> tuple[int, Iterator[str]]:
    """How many cells it is wide, and what is drawn."""
    if facts.weeks:
        return facts.weeks, _weeks(facts, facts.weeks)
    if facts.stage == Stage.SIGNING:
        return 18, _signatures(facts)
    if facts.stage == Stage.DRAFTING and facts.clauses:
        return max(RULER, len(facts.clauses[Party.CITY])), _clauses(facts)
    return 18, iter(())


def _weeks(facts: WallFacts, weeks: int) -> Iterator[str]:
    yield f'<path fill="url(#kgrid)" d="M0 0h{weeks * WEEK}v{HEIGHT}H0z"/>'
    for party, ratings in (facts.ratings or {}).items():
        yield from _lane(Party(party), ratings)
    if facts.ratings is None and facts.week:
        yield f'<path fill="url(#khatch)" d="M0 1h{min(facts.week, weeks) * WEEK}v30H0z"/>'
    yield from _milestones(facts.marks)
    if (facts.week or 0) <= weeks:
        yield f'<use class="today" href="#{"kpause" if facts.until else "ktoday"}" x="{(facts.week or 0) * WEEK}"/>'
    if facts.ratings is None:
        yield _not_shared()


def _not_shared() -> str:
    """Over the line of today, which would else run through the words."""
    says = _("Ratings not shared")
    return f'<path class="kb" d="M0 7h{LETTER * len(says)}v18H0z"/><text x="4" y="20.5">{escape(says)}</text>'


def _lane(party: Party, ratings: Sequence[str]) -> Iterator[str]:
    """What goes well is one path of dots; trouble has a mark of its own, with more ink."""
    name, height = LANES[party]
    good = "".join(f"M{WEEK * week + 10} {height}h.1" for week, one in enumerate(ratings) if one == "on track")
    if good:
        yield f'<path class="{name}" d="{good}"/>'
    for week, one in enumerate(ratings):
        if one != "on track":
            yield f'<use href="#{name}{SHAPES[one]}" x="{WEEK * week}"/>'


def _milestones(marks: Sequence[WeekMark]) -> Iterator[str]:
    """Of two in one week the one that needs a look first; the table has both."""
    shown: dict[int, Mark] = {}
    for one in marks:
        mark = Mark(one.mark)
        if one.week not in shown or RANK.index(mark) < RANK.index(shown[one.week]):
            shown[one.week] = mark
    coming = "".join(f"M{WEEK * week - 10} 38v6" for week, mark in shown.items() if mark == Mark.COMING)
    yield from (
        f'<use href="#{MARKS[mark]}" x="{WEEK * (week - 1)}"/>' for week, mark in shown.items() if mark in MARKS
    )
    if coming:
        yield f'<path class="kf" d="{coming}"/>'


def _clauses(facts: WallFacts) -> Iterator[str]:
    for party in Party:
        yield from _lane(party, ["on track" if yes else "" for yes in facts.clauses[party]])
    says = _("%(n)s clauses: whose yes stands") % {"n": len(facts.clauses[Party.CITY])}
    yield f'<text x="4" y="45">{escape(says)}</text>'


def _signatures(facts: WallFacts) -> Iterator[str]:
    yield '<path class="kdash" d="M.5 4.5h359v39H.5z"/>'
    for place, party in enumerate(Party):
        name, height = LANES[party]
        left, signed = 8 + 176 * place, facts.signed.get(party)
        says = _("signed") if signed else _("not yet signed")
        shape = f'<path class="{name}" d="M10 {height}h.1"/>' if signed else f'<use href="#{name}0"/>'
        yield f'<g transform="translate({left} {24 - height})">{shape}</g>'
        yield f'<text x="{left + 22}" y="28.5">{escape(says)}</text>'

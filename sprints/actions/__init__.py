"""Every change of a sprint: one transaction each, with its ledger event and its mail."""

from sprints.actions.action_items import (
    add_action_item,
    change_action_item,
    say_action_item,
    take_back_action_item,
)
from sprints.actions.buy_in import record_buy_in
from sprints.actions.calendars import make_calendar_feed, revoke_calendar_feed
from sprints.actions.catalog import choose_entries, hand_in_catalog, put_away_catalog, read_catalogs
from sprints.actions.check_ins import check_in
from sprints.actions.datasets import drop_dataset, mark_dataset, set_dataset
from sprints.actions.decisions import change_decision, dissent, propose_decision
from sprints.actions.evidence import add_evidence, withdraw_evidence
from sprints.actions.learning import note_learning
from sprints.actions.meetings import (
    cancel_meeting,
    change_meeting,
    record_meeting,
    schedule_meeting,
)
from sprints.actions.milestones import change_freely, finish, say_outcome, take_up_again
from sprints.actions.plans import (
    begin_plan,
    change_plan_weeks,
    change_planned,
    discard_plan,
    import_plan,
    move_planned,
    publish_plan,
)
from sprints.actions.product import add_product_test, describe_product, say_ownership, withdraw_product_test
from sprints.actions.proposals import (
    agree_to_proposal,
    decline_proposal,
    propose_milestone,
    propose_pause,
    propose_prior_work,
    propose_start,
)
from sprints.actions.reminders import remind
from sprints.actions.research import (
    add_activity,
    say_what_changed,
    set_finding,
    withdraw_activity,
    withdraw_finding,
    write_research_plan,
)
from sprints.actions.showcase import (
    add_check,
    add_consent,
    add_story,
    drop_item,
    move_item,
    say_check,
    set_item,
    set_showcase,
    withdraw_consent,
)
from sprints.actions.sign_offs import ask_for_changes, sign_off
from sprints.actions.sustainability import tell_of_ended_plans, write_plan

__all__ = [
    "add_action_item",
    "add_activity",
    "add_check",
    "add_consent",
    "add_evidence",
    "add_product_test",
    "add_story",
    "agree_to_proposal",
    "ask_for_changes",
    "begin_plan",
    "cancel_meeting",
    "change_action_item",
    "change_decision",
    "change_freely",
    "change_meeting",
    "change_plan_weeks",
    "change_planned",
    "check_in",
    "choose_entries",
    "decline_proposal",
    "describe_product",
    "discard_plan",
    "dissent",
    "drop_dataset",
    "drop_item",
    "finish",
    "hand_in_catalog",
    "import_plan",
    "make_calendar_feed",
    "mark_dataset",
    "move_item",
    "move_planned",
    "note_learning",
    "propose_decision",
    "propose_milestone",
    "propose_pause",
    "propose_prior_work",
    "propose_start",
    "publish_plan",
    "put_away_catalog",
    "read_catalogs",
    "record_buy_in",
    "record_meeting",
    "remind",
    "revoke_calendar_feed",
    "say_action_item",
    "say_check",
    "say_outcome",
    "say_ownership",
    "say_what_changed",
    "schedule_meeting",
    "set_dataset",
    "set_finding",
    "set_item",
    "set_showcase",
    "sign_off",
    "take_back_action_item",
    "take_up_again",
    "tell_of_ended_plans",
    "withdraw_activity",
    "withdraw_consent",
    "withdraw_evidence",
    "withdraw_finding",
    "withdraw_product_test",
    "write_plan",
    "write_research_plan",
]

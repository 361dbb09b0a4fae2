from sprints.models.action_item import ActionItem, ActionItemAct, ActionItemChange
from sprints.models.buy_in import BuyIn, Occasion
from sprints.models.calendar import CalendarFeed
from sprints.models.catalog import Catalog, CatalogEntry, CatalogPiece
from sprints.models.check_in import CheckIn, Rating, Together
from sprints.models.dataset import Dataset, PersonalData
from sprints.models.decision import Decision, Dissent
from sprints.models.learning import Ability, Learning, Stage
from sprints.models.meeting import Meeting
from sprints.models.milestone import Evidence, EvidenceFile, EvidenceKind, Milestone, MilestoneLeader
from sprints.models.plan_edition import PlanDraft, PlanEdition
from sprints.models.product import DevelopmentStatus, Ownership, Product, ProductTest, Verdict
from sprints.models.proposal import Proposal, ProposalKind
from sprints.models.report import SealedReport
from sprints.models.research import Activity, Finding, Method, ResearchPlan
from sprints.models.showcase import Consent, RehearsalCheck, RunningOrderItem, Showcase, Story, StoryUse
from sprints.models.sign_off import SignOff, SignOffAnswer
from sprints.models.sprint import Sprint, SprintPause
from sprints.models.sustainability import Maintenance, SustainabilityPlan

__all__ = [
    "Ability",
    "ActionItem",
    "ActionItemAct",
    "ActionItemChange",
    "Activity",
    "BuyIn",
    "CalendarFeed",
    "Catalog",
    "CatalogEntry",
    "CatalogPiece",
    "CheckIn",
    "Consent",
    "Dataset",
    "Decision",
    "DevelopmentStatus",
    "Dissent",
    "Evidence",
    "EvidenceFile",
    "EvidenceKind",
    "Finding",
    "Learning",
    "Maintenance",
    "Meeting",
    "Method",
    "Milestone",
    "MilestoneLeader",
    "Occasion",
    "Ownership",
    "PersonalData",
    "PlanDraft",
    "PlanEdition",
    "Product",
    "ProductTest",
    "Proposal",
    "ProposalKind",
    "Rating",
    "RehearsalCheck",
    "ResearchPlan",
    "RunningOrderItem",
    "SealedReport",
    "Showcase",
    "SignOff",
    "SignOffAnswer",
    "Sprint",
    "SprintPause",
    "Stage",
    "Story",
    "StoryUse",
    "SustainabilityPlan",
    "Together",
    "Verdict",
]

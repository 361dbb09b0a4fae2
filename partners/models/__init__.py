from partners.models.invitation import Invitation, SignInLink
from partners.models.partnership import Organization, Partnership, Program, ProgramStaff, Seat
from partners.models.person import Person, WeeklyMail

__all__ = [
    "Invitation",
    "Organization",
    "Partnership",
    "Person",
    "Program",
    "ProgramStaff",
    "Seat",
    "SignInLink",
    "WeeklyMail",
]

from partners.models.address_change import AddressChange
from partners.models.handover import Handover, HandoverOutcome
from partners.models.invitation import Invitation, SignInLink
from partners.models.partnership import Organization, Partnership, Program, ProgramStaff, Seat
from partners.models.passkey import Passkey
from partners.models.person import News, Person, PersonByLink, WeeklyMail
from partners.models.session import PersonSession, SignInMethod
from partners.models.sharing import Shared, Sharing
from partners.models.unsent import UnsentForm
from partners.models.upload import Upload

__all__ = [
    "AddressChange",
    "Handover",
    "HandoverOutcome",
    "Invitation",
    "News",
    "Organization",
    "Partnership",
    "Passkey",
    "Person",
    "PersonByLink",
    "PersonSession",
    "Program",
    "ProgramStaff",
    "Seat",
    "Shared",
    "Sharing",
    "SignInLink",
    "SignInMethod",
    "UnsentForm",
    "Upload",
    "WeeklyMail",
]

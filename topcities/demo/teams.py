"""The made-up people and places of the demonstration. None of them exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from partners.parties import Party, Role

CITY, COMMUNITY = Party.CITY, Party.COMMUNITY


@dataclass(frozen=True)
class Team:
    """A partnership's people. Each is (name, title, language); their addresses are made from their names."""

    issue: str
    organizations: Mapping[Party, str]
    leads: Mapping[Party, tuple[str, str, str]]
    members: Mapping[Party, tuple[str, str, str]]
    beside: Mapping[Role, tuple[str, str, str]]


HEAT = Team(
    issue="extreme heat and health",
    organizations={CITY: "City of Port Alder, Office of Resilience", COMMUNITY: "Harborview Community Clinic"},
    leads={
        CITY: ("Dana Whitlock", "Chief resilience officer", "en"),
        COMMUNITY: ("Rosa Medrano", "Director of community health", "es"),
    },
    members={
        CITY: ("Owen Baptiste", "Data analyst", "en"),
        COMMUNITY: ("Lucía Ferrer", "Community health worker", "es"),
    },
    beside={Role.TECHNOLOGY_PARTNER: ("Priya Raman", "Product lead, Openfield Labs", "en")},
)
RENT = Team(
    issue="eviction and access to rental assistance",
    organizations={CITY: "City of Rivergate Housing Department", COMMUNITY: "Eastside Tenants Association"},
    leads={
        CITY: ("Marcus Ekholm", "Deputy housing director", "en"),
        COMMUNITY: ("Thuý Nguyễn", "Executive director", "en"),
    },
    members={
        CITY: ("Grace Adeyemi", "Policy advisor", "en"),
        COMMUNITY: ("Samuel Ortega", "Tenant organizer", "es"),
    },
    beside={Role.PRODUCT_ADVISOR: ("Helen Marsh", "Product advisor", "en")},
)
TREES = Team(
    issue="an uneven tree canopy",
    organizations={CITY: "City of Fairhollow, Parks and Data Team", COMMUNITY: "Mill Creek Neighborhood Association"},
    leads={
        CITY: ("Joan Castellano", "Director of parks", "en"),
        COMMUNITY: ("Isaiah Boone", "President", "en"),
    },
    members={
        CITY: ("Wei Zhang", "GIS specialist", "en"),
        COMMUNITY: ("Marisol Quintero", "Volunteer coordinator", "es"),
    },
    beside={
        Role.TECHNOLOGY_PARTNER: ("Noah Lindqvist", "Engineer, Commons Software", "en"),
        Role.EXECUTIVE_SPONSOR: ("Adele Fournier", "City manager", "en"),
    },
)
NETWORK = Team(
    issue="internet outages that nobody reports",
    organizations={CITY: "City of Larkspur Bay, Office of Innovation", COMMUNITY: "Northgate Digital Inclusion Fund"},
    leads={
        CITY: ("Peter Vasquez", "Chief innovation officer", "en"),
        COMMUNITY: ("Amina Yusuf", "Director", "en"),
    },
    members={
        CITY: ("Ruth Feldman", "Network planner", "en"),
        COMMUNITY: ("Hector Salinas", "Outreach worker", "es"),
    },
    beside={
        Role.TECHNOLOGY_PARTNER: ("Linnea Holm", "Engineer, Plainfield Software", "en"),
        Role.EXECUTIVE_SPONSOR: ("George Okafor", "Deputy mayor", "en"),
    },
)

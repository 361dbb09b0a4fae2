"""A city's catalog file, from which datasets are chosen, and what was read in it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q, Value

from partners.models import Person
from sprints.catalog.dcat import ADDRESS, DESCRIPTION, IDENTIFIER, LINE, REFRESH, TITLE, EntryProblem
from sprints.catalog.window import FileProblem
from sprints.models.sprint import Sprint
from text.fields import Address, Line


class Catalog(models.Model):
    """A city's data.json file, handed in to choose from. The worker reads it piece by piece; one a sprint."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sprint = models.OneToOneField(Sprint, on_delete=models.CASCADE, related_name="catalog")
    file_name = Line(max_length=160)
    source = Address(blank=True, max_length=1000, help_text="A note. It is never opened.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    read_to = models.PositiveIntegerField(default=0, help_text="Bytes. Reading goes on from here.")
    read_within = models.CharField(
        max_length=40, blank=True, default="", db_default="", help_text="What it goes on within, by a letter a level."
    )
    read = models.PositiveIntegerField(default=0, help_text="Entries.")
    skipped = models.PositiveIntegerField(default=0, help_text="Of these.")
    not_read = models.JSONField(
        default=dict, db_default=Value({}, models.JSONField()), help_text="How many of what else there is."
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=12, choices=FileProblem.choices, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(problem="") | Q(finished_at__isnull=False), name="catalog_problem_finishes"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class CatalogPiece(models.Model):
    """A part of the file's bytes, until they are read."""

    catalog = models.ForeignKey(Catalog, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["catalog", "number"], name="catalog_piece_number_once"),
        ]

    def __str__(self) -> str:
        return f"piece {self.number}"


class CatalogEntry(models.Model):
    """An entry of the file: a dataset that can be chosen, or one that is skipped and why. Of the latter, title and
    identifier name it, and nothing else of it is kept."""

    catalog = models.ForeignKey(Catalog, on_delete=models.CASCADE, related_name="entries")
    number = models.PositiveIntegerField(help_text="Its place in the file, from 1.")
    problem = models.CharField(max_length=16, choices=EntryProblem.choices, blank=True, help_text="Empty: usable.")
    identifier = models.CharField(blank=True, max_length=IDENTIFIER)
    title = models.CharField(blank=True, max_length=TITLE)
    description = models.TextField(blank=True, max_length=DESCRIPTION)
    steward = models.CharField(blank=True, max_length=LINE)
    licence = models.CharField(blank=True, max_length=LINE)
    formats = models.CharField(blank=True, max_length=LINE)
    refresh = models.CharField(blank=True, max_length=REFRESH)
    address = models.CharField(blank=True, max_length=ADDRESS)
    issued = models.DateField(null=True, blank=True)
    is_public = models.BooleanField(default=True)
    missing = models.JSONField(default=list)
    rank = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="How deep it stands in the file.")
    found_by = models.TextField(blank=True, help_text="What a search looks into, in small letters without accents.")

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["catalog", "number"], name="catalog_entry_number_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["catalog", "identifier"], name="catalog_entry_identifier")]

    def __str__(self) -> str:
        return self.title

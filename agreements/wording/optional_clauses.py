"""Clauses that a good partnership agreement also has, on which the template is silent. Offered, never put in.

Each is a start for a conversation: both sides change it as they like and agree to it like any other clause.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OptionalClause:
    key: str
    title: dict[str, str]
    text: dict[str, str]


OPTIONAL = (
    OptionalClause(
        "decisions",
        {"en": "How we decide", "es": "Cómo decidimos"},
        {
            "en": "How we decide: We make decisions together. When we cannot agree within two weeks, both leads ask the "
            "product advisor to help us find a way. Until then, nothing changes.",
            "es": "Cómo decidimos: Tomamos las decisiones en conjunto. Si no logramos un acuerdo en dos semanas, ambos "
            "líderes piden al asesor de producto que nos ayude a encontrar una salida. Hasta entonces, nada cambia.",
        },
    ),
    OptionalClause(
        "working-norms",
        {"en": "How we work and talk", "es": "Cómo trabajamos y nos comunicamos"},
        {
            "en": "How we work and talk: We meet every two weeks, at a time that suits both sides. We answer each other "
            "within three working days. We say early when something goes wrong.",
            "es": "Cómo trabajamos y nos comunicamos: Nos reunimos cada dos semanas, a una hora que convenga a ambas "
            "partes. Nos respondemos en un plazo de tres días hábiles. Avisamos pronto cuando algo sale mal.",
        },
    ),
    OptionalClause(
        "compensation",
        {"en": "Paying people for their time", "es": "Pago por el tiempo de las personas"},
        {
            "en": "Paying people for their time: Residents who take part in research are paid for their time. Before "
            "the sprint begins, we write down how much, who pays, and what the community partner receives for its work.",
            "es": "Pago por el tiempo de las personas: Los residentes que participan en la investigación reciben un pago "
            "por su tiempo. Antes de que empiece el sprint, anotamos cuánto, quién paga y qué recibe el socio "
            "comunitario por su trabajo.",
        },
    ),
    OptionalClause(
        "data-sharing",
        {"en": "Sharing data", "es": "Intercambio de datos"},
        {
            "en": "Sharing data: We share data only for the purpose of this agreement. For each set of data we name who "
            "looks after it, and until when it may be used. We share no personal data of residents.",
            "es": "Intercambio de datos: Compartimos datos solo para los fines de este acuerdo. Para cada conjunto de "
            "datos indicamos quién lo cuida y hasta cuándo se puede usar. No compartimos datos personales de residentes.",
        },
    ),
    OptionalClause(
        "licence",
        {"en": "Open-source licence", "es": "Licencia de código abierto"},
        {
            "en": "Open-source licence: The code is published under the Apache License 2.0. What we write about it is "
            "published under Creative Commons Attribution 4.0.",
            "es": "Licencia de código abierto: El código se publica bajo la Licencia Apache 2.0. Lo que escribimos sobre "
            "él se publica bajo Creative Commons Atribución 4.0.",
        },
    ),
    OptionalClause(
        "credit",
        {"en": "Credit and publication", "es": "Reconocimiento y publicación"},
        {
            "en": "Credit and publication: Both partners are named wherever the work is shown. Neither publishes about "
            "the other without showing it to them first.",
            "es": "Reconocimiento y publicación: Se nombra a ambos socios dondequiera que se muestre el trabajo. Ninguno "
            "publica sobre el otro sin mostrárselo antes.",
        },
    ),
    OptionalClause(
        "disagreements",
        {"en": "When we disagree", "es": "Cuando no estamos de acuerdo"},
        {
            "en": "When we disagree: Either side raises a disagreement with the other lead within ten days of noticing "
            "it. The other answers within ten days.",
            "es": "Cuando no estamos de acuerdo: Cualquiera de las partes plantea un desacuerdo al otro líder en los diez "
            "días siguientes a notarlo. El otro responde en un plazo de diez días.",
        },
    ),
    OptionalClause(
        "changes",
        {"en": "Changing this agreement", "es": "Cambios a este acuerdo"},
        {
            "en": "Changing this agreement: We change this agreement only in writing, and only when both partners sign "
            "the change.",
            "es": "Cambios a este acuerdo: Cambiamos este acuerdo solo por escrito, y solo cuando ambos socios firman el "
            "cambio.",
        },
    ),
    OptionalClause(
        "term",
        {"en": "How long, and leaving early", "es": "Duración y salida anticipada"},
        {
            "en": "How long, and leaving early: This agreement lasts until the sprint's Demo Day. Either partner may "
            "leave earlier, and says so in writing. What was made until then stays open to both.",
            "es": "Duración y salida anticipada: Este acuerdo dura hasta el día de demostración (Demo Day) del sprint. "
            "Cualquiera de los socios puede retirarse antes, y lo dice por escrito. Lo hecho hasta entonces sigue "
            "abierto para ambos.",
        },
    ),
    OptionalClause(
        "successor",
        {"en": "When a lead leaves", "es": "Cuando un líder se va"},
        {
            "en": "When a lead leaves: The partner whose lead leaves names a new one within two weeks. The new lead gets "
            "all notes and records.",
            "es": "Cuando un líder se va: El socio cuyo líder se va nombra a otro en un plazo de dos semanas. El nuevo "
            "líder recibe todas las notas y los registros.",
        },
    ),
    OptionalClause(
        "language",
        {"en": "Language and accessibility", "es": "Idioma y accesibilidad"},
        {
            "en": "Language and accessibility: Meetings with residents are held in the languages they speak, in places "
            "they can get to. What we publish can be read with a screen reader.",
            "es": "Idioma y accesibilidad: Las reuniones con residentes se hacen en los idiomas que ellos hablan y en "
            "lugares a los que pueden llegar. Lo que publicamos se puede leer con un lector de pantalla.",
        },
    ),
    OptionalClause(
        "public-records",
        {"en": "Public records", "es": "Registros públicos"},
        {
            "en": "Public records: We know that what we write to the city, this agreement included, may be a public "
            "record that anyone can ask to see.",
            "es": "Registros públicos: Sabemos que lo que escribimos a la ciudad, incluido este acuerdo, puede ser un "
            "registro público que cualquiera puede pedir ver.",
        },
    ),
)
BY_KEY = {clause.key: clause for clause in OPTIONAL}

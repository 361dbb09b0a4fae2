"""Where the portals of cities have their catalog file, as of 2026. Pure.

ArcGIS Hub: doc.arcgis.com, "Federate data and manage catalog feeds". Socrata (now Tyler Data & Insights), CKAN with
ckanext-datajson and DKAN: /data.json, as DCAT-US asks.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WHERE_TO_LOOK = _(
    "Add to the address of the city's data portal: /api/feed/dcat-us/1.1.json where it is an ArcGIS Hub; /data.json "
    "where it is from Socrata, CKAN or DKAN, or another one that follows DCAT-US. Open that, and save the file."
)

"""What a site's file says that it provides, as verdicts and its engine see it: one reading for both."""

from __future__ import annotations

from pathlib import Path

from dure.adapters.engines.local_means import CONDA, Means, first_installed
from dure.plant.verdict import Part
from dure.wire.scenario_sites import Provides, Site


def lacks_of(site: Site) -> tuple[tuple[str, Part], ...]:
    """What jobs may bring and this site does nothing with. A simulated site that says nothing runs whatever is asked: no program runs."""
    if site.provides is None and site.engine == "simulated":
        return ()
    provides = site.provides or Provides()
    found = [] if "pip" in provides.builds else [("pip", Part.PIP)]
    if "conda" not in provides.builds:
        found.append(("conda", Part.CONDA))
    elif site.engine == "local" and not first_installed(CONDA):
        found.append(("conda", Part.TOOL))
    found.append(("modules", Part.MODULES))
    if not provides.containers:
        found.append(("image", Part.IMAGE))
    elif site.engine == "local" and not first_installed(provides.containers):
        found.append(("image", Part.TOOL))
    return tuple(found)


def means_of(site: Site, contents: Path) -> Means:
    """The same for the engine of a local site; `contents`: where the pieces of data sets lie."""
    provides = site.provides or Provides()
    tools = {"conda": first_installed(CONDA), "image": first_installed(provides.containers)}
    lacking = {kind for kind, _ in lacks_of(site)}
    kinds = frozenset({"given", "pip", "conda", "image"} - lacking)
    return Means(str(contents.absolute()), provides.packages or "", kinds, {kind: tool for kind, tool in tools.items() if tool})

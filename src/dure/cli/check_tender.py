"""`dure check` for tender files: are the rules sound, do the bids fit them, and what do they hold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dure.cli.context import error_rows
from dure.model.errors import Where

if TYPE_CHECKING:
    from dure.present.words import Words


def answer(file: Path, sets: Sequence[str]) -> dict[str, Any]:
    """What a sound tender file holds, in counts; raises DureError."""
    from dure.adapters.catalogs import load_catalog
    from dure.adapters.tenders import odd_amounts, read_tender, unknown_models
    from dure.wire.tender_marks import nobody_named
    from dure.wire.tender_model import tender_of

    read, inputs = read_tender(file, sets)
    lines = [line for bid in read.bids for line in bid.lines]
    known = sorted({one.id for one in load_catalog().accelerators.values()})
    odd = [*odd_amounts(file, sets), *unknown_models(file, known, sets)]
    return {
        "kind": "tender",
        "lots": len(read.tender.lots),
        "criteria": len(read.tender.criteria),
        "bids": len(read.bids),
        "operators": len({bid.operator for bid in read.bids}),
        "offered": sum(line.quantity for line in lines),
        "assumptions": len(read.assume),
        "unknown_models": sorted({line.model for line in lines} - set(known)),
        "models_alike": tender_of(read.tender).alike(line.model for line in lines),
        "nobody_named": nobody_named(read),
        "price_per": read.tender.price_per,
        "warnings": [row for one in odd for row in error_rows(one)],
        "rules_sha256": read.tender.sha256,
        "frozen": read.frozen is not None,
        "inputs": [{"path": path, "sha256": digest} for path, digest in inputs],
    }


def said(found: dict[str, Any], say: Words) -> list[str]:
    """The counts as words, for one line."""
    parts = [say(f"check.{name}", n=found[name]) for name in ("lots", "criteria", "bids", "operators", "offered") if found[name]]
    parts += [say("check.by_the_hour")] if found["price_per"] == "accelerator_hour" else []
    parts += [] if found["bids"] else [say("check.no_bids")]
    parts += [say("check.assume", n=found["assumptions"])] if found["assumptions"] else []
    return [*parts, say("check.rules", hash=found["rules_sha256"][:12])]


def notes(found: dict[str, Any], say: Words) -> list[str]:
    from dure.present.said import told_parts

    models = found["unknown_models"]
    odd = [told_parts(str(Where(one["file"], one["line"], one["field"])), one["what"], one["remedy"], say) for one in found["warnings"]]
    said = [say("check.unknown_models", models=", ".join(models))] if models else []
    alike = found["models_alike"]
    said += [say("check.alike", models=", ".join(alike), first=alike[0])] if alike else []
    nobody = ", ".join(say(f"award.kind_of.{kind}") for kind in found["nobody_named"])
    said += [say("check.nobody", kinds=nobody)] if nobody else []
    return [*odd, *said]

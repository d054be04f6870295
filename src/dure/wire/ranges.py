"""A value that lies outside the range it is assumed in: both are said, and the scale word that was probably left out."""

from __future__ import annotations

from collections.abc import Callable

from dure.model.units import MICRO
from dure.wire.quantity import Money, QuantityError, micro_text, won

SCALE_WORDS = ("만", "억", "조", "mn", "bn", "tn")
"""What people leave out or write once too often; the Korean ones first, for a price is written in them."""
AROUND = "write range: [lowest, highest] around the value"


def share_text(ppm: int) -> str:
    """`95%`."""
    return f"{micro_text(ppm * 100)}%"


def outside(value: int, ends: tuple[int, int], text: Callable[[int], str], key: str = "") -> QuantityError:
    """The error of a number or share; `key` is the key of the value beside that of the range."""
    return QuantityError(f"{text(value)} lies outside its range, {text(ends[0])} to {text(ends[1])}", AROUND, key)


def outside_price(price: Money, ends: tuple[Money, Money]) -> QuantityError:
    """The error of a price, in won or its own currency; asks for the scale word with which it would lie within."""
    low, high = ends
    if not low.currency == high.currency == price.currency:
        texts = [_amount(one) for one in (price, low, high)]
        return QuantityError(f"{texts[0]} and its range, {texts[1]} to {texts[2]}, are not of one kind", "write all three alike", "price")
    what = f"{_amount(price)} lies outside its range, {_amount(low)} to {_amount(high)}"
    if price.currency == "KRW":
        number = price.micro // MICRO
        for word in SCALE_WORDS:
            scale = won(f"1{word}")
            if low.micro <= number * scale * MICRO <= high.micro:
                return QuantityError(what, f"did you mean {number}{word}?", "price")
            if number % scale == 0 and low.micro <= number // scale * MICRO <= high.micro:
                return QuantityError(what, f"did you mean {number // scale}?", "price")
    return QuantityError(what, AROUND, "price")


def _amount(price: Money) -> str:
    """`70,000,000 won`, `40,000 USD`, `5%`."""
    if not price.currency:
        return share_text(price.micro)
    if price.currency == "KRW":
        return f"{price.micro // MICRO:,} won"
    whole, dot, rest = micro_text(price.micro).partition(".")
    return f"{int(whole):,}{dot}{rest} {price.currency}"

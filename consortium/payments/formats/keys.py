"""What a payment is called, so that it is never taken in twice. Pure."""

from collections.abc import Hashable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Keys:
    """The keys of one file.

    Banks are seen to give two payments of a file one name. Those that differ in anything get keys
    of their own, in the order of the file; those that are alike in everything are one payment told
    twice, unless the bank gave them no name: then each is money of its own.
    """

    _numbers: dict[str, dict[Hashable, int]] = field(default_factory=dict)

    def key(
        self, name: str, amount_ore: int, content: Hashable, *, within: str = "", named: bool = True
    ) -> str:
        """name: what `Entry.originals` may state. within: where alone it is one payment's name.

        content: all that the file tells of the payment. named: somebody gave it that name.
        """
        base = f"{plain(name)}|{plain(within)}{amount_ore}"
        numbers = self._numbers.setdefault(base, {})
        told = content if named else (len(numbers), content)
        number = numbers.setdefault(told, len(numbers) + 1)
        return base if number == 1 else f"{base}|{number}"


def plain(name: str) -> str:
    """`name` without the sign that ends it in a key."""
    return name.replace("|", "/")


def name_of(key: str) -> str:
    """The name in a key."""
    return key.partition("|")[0]

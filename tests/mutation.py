"""`make mutate`: how many mutants of the money rules the tests kill, by module; fails below 95 %.

Reads on standard input what `mutmut results --all true` prints, a mutant a line with its outcome:
`module.x_function__mutmut_7: killed`. Only those killed, or stopped since they never ended, count.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable

LEAST_PERCENT = 95
FOUND = ("killed", "timeout")
LINE = re.compile(r"\s*(?P<module>[\w.]+)\.x\S*__mutmut_\d+: (?P<outcome>[\w ]+)")


def counted(lines: Iterable[str]) -> dict[str, Counter[str]]:
    """Module → outcome → how many mutants."""
    found: dict[str, Counter[str]] = {}
    for line in lines:
        if mutant := LINE.match(line):
            found.setdefault(mutant["module"], Counter())[mutant["outcome"]] += 1
    return found


def main() -> int:
    modules = counted(sys.stdin)
    modules["all"] = sum(modules.values(), Counter())
    share = 0.0
    for module, outcomes in modules.items():
        killed, whole = sum(outcomes[word] for word in FOUND), outcomes.total()
        share = 100 * killed / whole if whole else 0.0
        rest = ", ".join(f"{outcomes[word]} {word}" for word in outcomes if word not in FOUND)
        print(f"{share:6.1f} %  {killed:5} of {whole:5}  {module}  {rest}")  # noqa: T201 (a table)
    return 0 if share >= LEAST_PERCENT else 1


if __name__ == "__main__":
    sys.exit(main())

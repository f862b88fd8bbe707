"""Parts of an öre, in which kilometres, hours and minutes at any whole price cost whole numbers."""

from typing import Final

METRES_PER_KM: Final = 1000
SECONDS_PER_HOUR: Final = 3600
SECONDS_PER_MINUTE: Final = 60
PARTS_PER_ORE: Final = 18_000
"""Their least common multiple: in such parts any distance and time cost whole numbers."""
PARTS_PER_KM_ORE: Final = PARTS_PER_ORE // METRES_PER_KM
PARTS_PER_HOUR_ORE: Final = PARTS_PER_ORE // SECONDS_PER_HOUR
PARTS_PER_MINUTE_ORE: Final = PARTS_PER_ORE // SECONDS_PER_MINUTE

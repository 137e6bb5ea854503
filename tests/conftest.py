"""What all tests share: hidden tests of packs are data here, not tests of ours; properties hold steadily.

In every tier but the study, hypothesis draws the same examples each time and knows no deadline: a red run is a change,
never a busy machine or a lucky draw.
"""

import os

from hypothesis import settings

collect_ignore_glob = ["attacks/pack/*", "attacks/naive/inside.py", "bench/packs/*", "faults/pack/*", "leaks/pack/*"]

settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.register_profile("searching", deadline=None, database=None)
settings.load_profile("searching" if os.environ.get("CHECK_TIER") == "study" else "steady")

"""Where people may act without a name (decision 7): what happens there is neither logged nor counted."""

import re

PATHS = re.compile(r"/concerns/|/deals/[^/]+/concerns/")


def unnamed(path: str) -> bool:
    return PATHS.match(path) is not None

"""Reports are tested on a small journey."""

from tests.small_journey import *  # noqa: F403

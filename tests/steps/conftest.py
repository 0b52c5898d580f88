"""The steps are tested against the practice cloud, the last of them on a small journey."""

from tests.cloud import *  # noqa: F403
from tests.small_journey import *  # noqa: F403

"""These tests run against real Azurite and the real Azure clients; where Azure differs, against a scripted server."""

from tests.cloud import *  # noqa: F403
from tests.services.scripted import *  # noqa: F403

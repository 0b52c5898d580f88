"""These tests run against real Azurite and the real Azure clients."""

from tests.cloud import *  # noqa: F403

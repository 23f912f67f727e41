"""Waiting for what another process does: with a pause between two looks, and with an end."""
import time

LIMIT_SECONDS = 60
BUSY_SECONDS = 5    # what other programs of a busy machine may take away
PAUSE_SECONDS = 0.05


def until(condition, what, seconds=LIMIT_SECONDS):
    """Looks again and again until condition() is true, and returns what it gave; AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while not (result := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"did not happen within {seconds} s: {what}")
        time.sleep(PAUSE_SECONDS)
    return result


def latest(seconds):
    """When a call is late that may last so long by its limits: after twice the time, and what a busy machine adds."""
    return 2 * seconds + BUSY_SECONDS

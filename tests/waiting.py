"""Waiting for what another process does: with a pause between two looks, and with an end."""
import glob
import os
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


def threads_of(pid):
    """Where the threads of a process are, as far as the system shows: name, state, system call and where in the kernel."""
    lines = []
    for folder in sorted(glob.glob(f"/proc/{pid}/task/*")):
        words = []
        for name in ("comm", "stat", "wchan", "syscall"):
            try:
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
                    text = file.read().strip()
                words.append(text.rpartition(")")[2].split()[0] if name == "stat" else text)
            except OSError as error:
                words.append(str(error))
        lines.append("  " + ", ".join(words))
    return "\n".join(lines)

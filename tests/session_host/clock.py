"""The server's clock: 100 ns units since 1601, UTC, as every time of [MS-TSTS] is given; 0 is never."""
import time

EPOCH_DIFFERENCE = 116444736000000000  # 100 ns units between 1601 and 1970


def now():
    return time.time_ns() // 100 + EPOCH_DIFFERENCE

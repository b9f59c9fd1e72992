"""Search for the passwords slowest to score: `python -m bench.strength [SECONDS]`.

Random mutations of the slowest passwords so far are kept when they take more CPU time.
"""

from __future__ import annotations

import random
import sys
import time

from web.core.crypto.passwords import STRENGTH_PREFIX, strength_score

ALPHABET = "0134578962+$@!|%({[<etaoinsrldpwqm abcz"
WORDS = (
    "p@s$w0rd",
    "m0+d3p@s$e",
    "4z3r+y",
    "qwer+y",
    "s0l3il",
    "@dm1n",
    "5t4rw4r5",
    "m155155ipp1",
    "904d54dsse8+56$7@0+d3p6+$zt781+l",
    "m0td3p45seqwer+ym0+d3p@s$e276109",
    "w54$6i00|@mm81 p3l553d7ne$wq5398",
    "oo63t8!3489+mm7n3d21o1mee 19lb49",
)
POOL_SIZE = 20
GOAL_MS = 10


def costliest(seconds: float, seed: int = 1) -> list[tuple[float, str]]:
    """Return the slowest passwords found in `seconds`, with their CPU milliseconds, ascending."""
    rng = random.Random(seed)
    found = [(_cost(word), word) for word in WORDS]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        password = _another(rng, [word for _, word in found])
        cost = _cost(password)
        if cost > found[0][0]:
            found = sorted([*found, (cost, password)])[-POOL_SIZE:]
    return found


def _another(rng: random.Random, found: list[str]) -> str:
    chars = list(rng.choice(found)[:STRENGTH_PREFIX])
    if rng.random() < 0.2:
        return "".join(rng.choices(ALPHABET, k=STRENGTH_PREFIX))
    for _ in range(rng.randint(1, 4)):
        chars[rng.randrange(len(chars))] = rng.choice(ALPHABET)
    return "".join(chars)


def _cost(password: str) -> float:
    """Return the minimum CPU milliseconds of three runs, to discount other load."""
    costs = []
    for _ in range(3):
        start = time.thread_time()
        strength_score(password, ())
        costs.append((time.thread_time() - start) * 1000)
    return min(costs)


if __name__ == "__main__":
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    for milliseconds, password in costliest(seconds)[-5:]:
        print(f"{milliseconds:6.1f} ms  {password}")
    print(f"goal: under {GOAL_MS} ms")

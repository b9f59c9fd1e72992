"""`python -m bench.latency`: response time against concurrency, as a chart for docs/.

One server process; each client requests the next page as soon as it has the last one. The shape of
the curves matters: the absolute times are those of this machine.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from pathlib import Path

from bench.http import Visitor
from bench.measures import CORES
from bench.people import add_accounts
from bench.site import Site, running_site, serving
from bench.visits import SECONDS

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "latency.svg"
CROWDS = (1, 2, 4, 8, 16, 32, 64)
SERIES = (("half of the answers", 50, "#4c1d95"), ("95 %", 95, "#8a4b00"), ("99 %", 99, "#9b1c1c"))
WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 720, 360, 64, 40, 56, 150


async def measure(site: Site) -> dict[int, list[float]]:
    """Return the dashboard's response times, in milliseconds, by number of concurrent people."""
    tokens = await add_accounts(site, 200)
    found: dict[int, list[float]] = {}
    with serving(site) as (port, _):
        for people in CROWDS:
            visitors = [Visitor(port, cookies={"compte": token}) for token in tokens[:people]]
            found[people] = await _times(visitors)
    return found


async def _times(visitors: list[Visitor]) -> list[float]:
    times: list[float] = []
    deadline = time.perf_counter() + SECONDS

    async def keep_on(visitor: Visitor) -> None:
        while (started := time.perf_counter()) < deadline:
            answer = await visitor.get("/espace")
            assert answer.status == 200, answer.status
            times.append((time.perf_counter() - started) * 1000)
        await visitor.close()

    await asyncio.gather(*(keep_on(visitor) for visitor in visitors))
    return times


def drawn(percentiles: dict[int, list[float]]) -> str:
    """Return an SVG chart of the percentiles (those of SERIES, in ms) by number of people."""
    most = max(max(values) for values in percentiles.values())
    step = next(one for one in (5, 10, 20, 50, 100, 200, 500, 1000) if most / one <= 6)
    ceiling = step * -(-most // step)
    across = (WIDTH - LEFT - RIGHT) / (len(percentiles) - 1)

    def x(place: int) -> float:
        return round(LEFT + place * across, 1)

    def y(value: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / ceiling), 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="system-ui, sans-serif" font-size="14">',
        "<title>How long the dashboard takes, by number of people at once</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="24">milliseconds</text>',
        f'<text x="{(WIDTH + LEFT - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">'
        "people at once</text>",
    ]
    for line in range(int(ceiling // step) + 1):
        at = y(line * step)
        parts.append(f'<path d="M{LEFT} {at}H{WIDTH - RIGHT}" stroke="#d5d3e0"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{at + 5}" text-anchor="end">{line * step}</text>')
    for place, people in enumerate(percentiles):
        parts.append(
            f'<text x="{x(place)}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">{people}</text>'
        )
    lowest = float(HEIGHT)
    for number, (name, _, colour) in enumerate(SERIES):
        points = [
            (x(place), y(values[number])) for place, values in enumerate(percentiles.values())
        ]
        path = " ".join(f"{across},{down}" for across, down in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        # Labels of lines that end close together are stacked.
        lowest = at = min(points[-1][1] + 5, lowest - 18)
        parts.append(f'<text x="{WIDTH - RIGHT + 10}" y="{at}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>", ""])


def main() -> int:
    """Measure, print the figures and write the chart."""
    with running_site() as site:
        times = asyncio.run(measure(site))
    cuts = {people: statistics.quantiles(values, n=100) for people, values in times.items()}
    percentiles = {people: [cut[part - 1] for _, part, _ in SERIES] for people, cut in cuts.items()}
    for people, values in percentiles.items():
        shown = ", ".join(
            f"{name}: {value:.1f} ms" for (name, *_), value in zip(SERIES, values, strict=True)
        )
        sys.stdout.write(f"{people} at once: {len(times[people]) / SECONDS:.0f} pages/s; {shown}\n")
    PICTURE.write_text(drawn(percentiles), "utf-8")
    sys.stdout.write(f"{CORES} cores; {PICTURE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

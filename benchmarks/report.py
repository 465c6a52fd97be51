"""The report page at two sizes in headless Chromium: bytes, processor time, moments until it can be used, motion, memory.

    python -m benchmarks.report [--small] [--rounds 3] [--keep DIRECTORY]

20 switches with 1,040 phones, and 2,000 switches with 200,000 phones and about 58,000 events (left out with ``--small``). Names, MACs and
addresses are random, as in a real estate: they are most of the bytes. Each round is a new page in one browser; the median of the rounds is
printed beside the goal, with ``over`` where it is missed. Moments count from the start of navigation, in wall milliseconds: on a shared
machine compare the columns and ratios and not the goals; for a link and the first keys the processor time of the page's thread stands too. Frames are
those of 3 s of zooming and 3 s of dragging.

Beside it, in the same run, one plotly page (an icicle) and one vis-network page (pyvis) of the same switches, modules and phones, each with
its own script inline; what they ask the network for is refused and counted, and their frames are those of zooming. One that is not
installed, has no page after ``--patience`` seconds of processor time, or is not drawn and moved in as many seconds, is said to be so; each
has a browser of its own, which is ended then.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import math
import os
import platform
import random
import shutil
import signal
import statistics
import tempfile
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from playwright.sync_api import Browser, CDPSession, Page, Route, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from switchcorr.model.campus import Component
from switchcorr.model.incident import Correlation
from switchcorr.report.estate import Estate, LogColumns, LogKind
from switchcorr.report.estate_build import make_estate
from switchcorr.report.to_html import write_html
from tests.report.campuses import made_campus, made_result

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
_GIVEN = [
    "Ada",
    "Björn",
    "Chen",
    "Dara",
    "Emil",
    "Fatma",
    "Gus",
    "Hana",
    "Ivo",
    "Jana",
    "Kofi",
    "Lena",
    "Mika",
    "Nia",
    "Olu",
    "Petra",
    "Quin",
    "Rosa",
    "Sven",
    "Tariq",
    "Uma",
    "Vera",
    "Wim",
    "Xia",
    "Yara",
    "Zoe",
]
_FAMILY = [
    "Okafor",
    "Lopez",
    "Tanaka",
    "Rossi",
    "Young",
    "Evans",
    "Klein",
    "Novak",
    "Dunn",
    "Haas",
    "Silva",
    "Meyer",
    "Costa",
    "Berg",
    "Ivanov",
    "Moreau",
    "Sato",
    "Patel",
    "Nagy",
    "Lund",
    "Quist",
    "Jonas",
]
_EVENTS = 58_177
_FRAMES = """async () => {
  const canvas = document.querySelector("#map-canvas"), times = [], box = canvas.getBoundingClientRect();
  canvas.focus({ preventScroll: true });
  const send = (type, x, y, more = {}) => canvas.dispatchEvent(new (type === "wheel" ? WheelEvent : PointerEvent)(type, { clientX: box.left + x, clientY: box.top + y, bubbles: true, cancelable: true, pointerId: 1, ...more }));
  canvas.setPointerCapture = () => {};
  const run = (seconds, act) => new Promise(done => {
    const began = performance.now(); let last = began;
    const frame = now => { times.push(now - last); last = now; act(now - began); if (now - began < seconds * 1000) requestAnimationFrame(frame); else done(); };
    requestAnimationFrame(frame);
  });
  await run(3, t => send("wheel", 500, 200, { deltaY: t < 1500 ? -40 : 40 }));
  for (let i = 0; i < 12; i++) send("wheel", 500, 200, { deltaY: -100 });
  send("pointerdown", 600, 200);
  await run(3, t => send("pointermove", 600 + 300 * Math.sin(t / 300), 200 + 60 * Math.cos(t / 400)));
  send("pointerup", 600, 200);
  return times.slice(2);
}"""
_OTHER_FRAMES = """async () => {
  const target = document.querySelector("canvas, .plotly .main-svg"), times = [], box = target.getBoundingClientRect();
  const run = (seconds, act) => new Promise(done => {
    const began = performance.now(); let last = began;
    const frame = now => { times.push(now - last); last = now; act(now - began); if (now - began < seconds * 1000) requestAnimationFrame(frame); else done(); };
    requestAnimationFrame(frame);
  });
  const send = (type, x, y, more) => target.dispatchEvent(new (type === "wheel" ? WheelEvent : PointerEvent)(type, { clientX: box.left + x, clientY: box.top + y, bubbles: true, cancelable: true, pointerId: 1, ...more }));
  await run(3, t => send("wheel", 500, 200, { deltaY: t < 1500 ? -40 : 40 }));
  return times.slice(2);
}"""
_BRUSH = """async () => {
  const times = [], length = d.span[1] - d.span[0];
  for (let i = 0; i < 20; i++) { const from = length * i / 40, began = performance.now(); await chooseTime(from, from + length / 3, true); times.push(performance.now() - began); await new Promise(requestAnimationFrame); }
  await chooseTime(null, null, true);
  return times;
}"""
_ASKED = ("00005e", "rossi", "12", "acc07", "198.51", "zzzz")
_HIT = "text => { const began = performance.now(); lookUp(text); return performance.now() - began; }"


@dataclass(frozen=True, slots=True)
class Row:
    """A thing measured: its goals at both sizes, in its unit."""

    name: str
    small: float
    large: float


_ROWS = (
    Row("file, kB", 120, 3500), Row("make and write, CPU s", 0.15, 1.5), Row("first paint, ms", 250, 300), Row("map, ms", 300, 400),
    Row("search, ms", 400, 800), Row("deep link, ms", 400, 700), Row("to the link, CPU ms", 400, 700), Row("frame p95, ms", 17, 17), Row("key to hits, worst, ms", 8, 16),
    Row("the first keys, worst, ms", 50, 50), Row("the same, CPU ms", 50, 50),
    Row("time window, p95, ms", 10, 50), Row("heap, MB", 8, 60), Row("requests", 0, 0), Row("console lines", 0, 0),
)  # fmt: skip


def answer(sites: int, switches: int, modules: int, phones: int) -> tuple[Correlation, Estate]:
    """An estate of random names with two failures in it, and its answer."""
    made = made_campus(sites=sites, switches=switches, modules=modules, phones=phones)
    result = made_result(made, Component("module", "s01-acc01/2"), Component("uplink", "s02-acc02:TenGigabitEthernet1/1/1"))
    estate = make_estate(result, campus=made.campus, log=made.log, ports=made.ports)
    random_, count = random.Random(7), len(estate.phones)
    vendors = [f"{random_.randrange(1 << 24):06X}" for _ in range(40)]
    new = [f"SEP{random_.choice(vendors)}{serial:06X}" for serial in random_.sample(range(1 << 24), count)]
    people = [f"{random_.choice(_GIVEN)} {random_.choice(_FAMILY)}" for _ in range(count)]
    extensions = [str(random_.randrange(10_000, 100_000)) for _ in range(count)]
    named = dict(zip(estate.phones.name, new, strict=True))
    hosts = [f"10.{(place // 220) // 250}.{place // 220 % 250}.{random_.randrange(1, 255)}" for place in range(count)]
    columns = replace(estate.phones, name=new, description=people, extension=extensions, ip=hosts)
    events = [*zip(estate.log.time, estate.log.phone, estate.log.kind, strict=True)]
    events = [event for event in events if event[2] == LogKind.LOST]
    events += [
        (random_.uniform(estate.start, estate.end), random_.randrange(count), int(LogKind.BACK)) for _ in range(count * _EVENTS // 200_000)
    ]
    events.sort()
    log = LogColumns(array("d", [one[0] for one in events]), array("i", [one[1] for one in events]), array("b", [one[2] for one in events]))
    incidents = tuple(
        replace(one, phones=tuple(replace(phone, phone=named[phone.phone]) for phone in one.phones)) for one in result.incidents
    )
    index = {name: place for place, name in enumerate(new)}
    return replace(result, incidents=incidents), replace(estate, phones=columns, log=log, phone_index=index)


def _until(page: Page, expression: str, seconds: float = 110) -> None:
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        if time.monotonic() > end:
            raise TimeoutError(expression)
        page.evaluate("new Promise(done => setTimeout(done, 10))")


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def _metrics(session: CDPSession) -> dict[str, float]:
    return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}


def _keys(page: Page, session: CDPSession) -> tuple[list[float], list[float]]:
    """Each text looked up once: wall milliseconds, and processor milliseconds of the page's thread."""
    walls, own = list[float](), list[float]()
    for text in _ASKED:
        before = _metrics(session)["ThreadTime"]
        walls.append(page.evaluate(_HIT, text))
        own.append((_metrics(session)["ThreadTime"] - before) * 1000)
    return walls, own


def _opened(browser: Browser, path: Path, link: str, told: list[str], asked: list[str]) -> tuple[Page, CDPSession]:
    page = browser.new_page(viewport={"width": 1366, "height": 860})
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.on("request", lambda request: None if request.url.partition("#")[0] == path.as_uri() else asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(path.as_uri() + link)
    return page, session


def measured(browser: Browser, path: Path, phone: str) -> dict[str, float]:
    """One page, opened twice: plainly, and by a link to a phone."""
    told, asked = list[str](), list[str]()
    page, session = _opened(browser, path, "", told, asked)
    for mark in ("first-contentful-paint", "all-ready"):
        _until(page, f"performance.getEntriesByName('{mark}').length > 0")
    moments = page.evaluate("Object.fromEntries(performance.getEntries().map(one => [one.name, one.startTime]))")
    (first, own), (hits, _) = _keys(page, session), _keys(page, session)  # before anything else has warmed it up
    frames, brush = page.evaluate(_FRAMES), page.evaluate(_BRUSH)
    session.send("HeapProfiler.collectGarbage")
    heap = _metrics(session)["JSHeapUsedSize"]
    page.close()
    page, session = _opened(browser, path, f"#phone={phone}", told, asked)
    _until(page, "performance.getEntriesByName('link').length > 0")
    link, linked = page.evaluate("performance.getEntriesByName('link')[0].startTime"), _metrics(session)["ThreadTime"] * 1000
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").find(phone) > 0
    page.close()
    return {
        "first paint, ms": moments["first-contentful-paint"], "map, ms": moments["map-ready"], "search, ms": moments["search-ready"], "deep link, ms": link, "to the link, CPU ms": linked,
        "frame p95, ms": _p95(frames), "key to hits, worst, ms": max(hits), "the first keys, worst, ms": max(first), "the same, CPU ms": max(own), "time window, p95, ms": _p95(brush), "heap, MB": heap / 1e6,
        "requests": len(asked), "console lines": len(told),
    }  # fmt: skip


def size(browser: Browser, shape: tuple[int, int, int, int], rounds: int, path: Path) -> dict[str, float]:
    """All rows at one size: medians of the rounds."""
    result, estate = answer(*shape)
    made = list[float]()
    for _ in range(rounds):
        began = time.process_time()
        write_html(result, path, estate=estate)
        made.append(time.process_time() - began)
    lost = estate.losses.phone[0]
    runs = [measured(browser, path, estate.phones.name[lost]) for _ in range(rounds)]
    found = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    return {"file, kB": path.stat().st_size / 1000, "make and write, CPU s": statistics.median(made), **found}


def others(
    launch: Callable[[], Browser], shape: tuple[int, int, int, int], directory: Path, seconds: float
) -> dict[str, dict[str, float] | str]:
    """The same estate drawn by libraries, each with its own script inline: what was measured, or why nothing was."""
    estate = answer(*shape)[1]
    found: dict[str, dict[str, float] | str] = {}
    for name, package, write in (("plotly icicle", "plotly", _plotly), ("vis-network (pyvis)", "pyvis", _vis)):
        if importlib.util.find_spec(package) is None:
            found[name] = f"skipped, {package} is not installed (the extra benchmarks has it)"
            continue
        path = directory / f"{package}.html"
        began = time.process_time()
        try:
            with _limited(seconds):
                write(estate, path)
        except TimeoutError:
            found[name] = f"no page after {seconds:.0f} s of processor time"
            continue
        made = time.process_time() - began
        try:
            found[name] = {"file, kB": path.stat().st_size / 1000, "make and write, CPU s": made, **_in_time(launch, path, seconds)}
        except (TimeoutError, PlaywrightError):
            found[name] = f"not drawn and moved within {seconds:.0f} s ({path.stat().st_size / 1000:,.0f} kB)"
    return found


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Ends with ``TimeoutError`` after so much processor time."""

    def over(_: int, __: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _in_time(launch: Callable[[], Browser], path: Path, seconds: float) -> dict[str, float]:
    """A library's page in a browser of its own, which is killed after so many seconds: a busy page answers nothing, not even a time limit."""
    browser = launch()
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    own = next(one["id"] for one in told if one["type"] == "browser")
    end = threading.Timer(seconds, os.kill, (own, signal.SIGKILL))
    end.start()
    try:
        return _other(browser, path, seconds)
    finally:
        end.cancel()
        browser.close()


def _other(browser: Browser, path: Path, seconds: float) -> dict[str, float]:
    """First paint, a picture that stands, motion, memory, requests of a library's page."""
    told, asked = list[str](), list[str]()
    page = browser.new_page(viewport={"width": 1366, "height": 860})
    page.set_default_timeout(seconds * 1000)
    page.route("**/*", lambda route: route.continue_() if route.request.url == path.as_uri() else _refused(route, asked))
    page.on("console", lambda message: told.append(message.text))
    page.goto(path.as_uri(), wait_until="commit")
    _until(page, "window.pictureStands === true", seconds)
    moments = page.evaluate("[performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN, window.pictureStandsAt]")
    frames = page.evaluate(_OTHER_FRAMES)
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    heap = _metrics(session)["JSHeapUsedSize"]
    return {
        "first paint, ms": moments[0], "map, ms": moments[1], "frame p95, ms": _p95(frames), "heap, MB": heap / 1e6,
        "requests": len(asked), "console lines": len([line for line in told if "ERR_FAILED" not in line]),
    }  # fmt: skip


def _refused(route: Route, asked: list[str]) -> None:
    asked.append(route.request.url)
    route.abort()


def _plotly(estate: Estate, path: Path) -> None:
    """Switches, modules and phones as an icicle; it stands when plotly has drawn it."""
    figures = importlib.import_module("plotly.graph_objects")
    module_ids = [f"m{number}" for number in range(len(estate.modules))]
    ids = ["estate", *(f"s{number}" for number in range(len(estate.switches))), *module_ids]
    labels = ["estate", *(switch.name for switch in estate.switches), *(module.id for module in estate.modules)]
    parents = ["", *("estate" for _ in estate.switches), *(f"s{module.switch}" for module in estate.modules)]
    placed = [place for place, module in enumerate(estate.phones.module) if module >= 0]
    ids += [f"p{place}" for place in placed]
    labels += [estate.phones.name[place] for place in placed]
    parents += [module_ids[estate.phones.module[place]] for place in placed]
    figure = figures.Figure(figures.Icicle(ids=ids, labels=labels, parents=parents))
    stands = "window.pictureStands = true; window.pictureStandsAt = performance.now();"
    figure.write_html(path, include_plotlyjs=True, post_script=stands)


def _vis(estate: Estate, path: Path) -> None:
    """Switches, modules and phones as a network with pyvis's own settings; it stands when it is drawn the first time."""
    network = importlib.import_module("pyvis.network").Network(height="800px", cdn_resources="in_line")
    network.add_nodes([f"s{number}" for number in range(len(estate.switches))], label=[switch.name for switch in estate.switches])
    network.add_nodes([f"m{number}" for number in range(len(estate.modules))], label=[module.id for module in estate.modules])
    network.add_edges([(f"s{module.switch}", f"m{number}") for number, module in enumerate(estate.modules)])
    placed = [place for place, module in enumerate(estate.phones.module) if module >= 0]
    network.add_nodes([f"p{place}" for place in placed], label=[estate.phones.name[place] for place in placed])
    network.add_edges([(f"m{estate.phones.module[place]}", f"p{place}") for place in placed])
    drawn = "network.once('afterDrawing', () => { window.pictureStands = true; window.pictureStandsAt = performance.now(); });"
    path.write_text(network.generate_html().replace("return network;", f"{drawn} return network;", 1), encoding="utf-8")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="leave the large estate out")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where to leave the pages")
    parser.add_argument("--patience", type=float, default=100, help="seconds after which a library's page is given up")
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("no chromium on this machine: install the package chromium")
    shapes = {"small": (2, 10, 2, 26)} | ({} if options.small else {"large": (40, 50, 4, 25)})
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        directory = options.keep or Path(scratch)
        directory.mkdir(parents=True, exist_ok=True)

        def launch() -> Browser:
            return driver.chromium.launch(executable_path=chromium, args=_FLAGS)

        browser = launch()
        found = {name: size(browser, shape, options.rounds, directory / f"{name}.html") for name, shape in shapes.items()}
        print(f"Chromium {browser.version}, Python {platform.python_version()}, {options.rounds} rounds")
        print(f"{'':26}" + "".join(f"{name:>12}{'goal':>9}     " for name in found))
        for row in _ROWS:
            cells = [(found[name][row.name], getattr(row, name)) for name in found]
            print(f"{row.name:26}" + "".join(f"{value:12,.2f}{goal:9,.2f} {'over' if value > goal else '':4}" for value, goal in cells))
        for name, ours in found.items():
            print(f"\nThe same {name} estate, each library with its own script inline; in brackets its share of ours")
            for other, told in others(launch, shapes[name], directory, options.patience).items():
                if isinstance(told, str):
                    print(f"{other:22}{told}")
                    continue
                ratios = (
                    f"{key} {value:,.2f}" + (f" ({value / ours[key]:,.1f}x)" if ours[key] else "")
                    for key, value in told.items()
                    if not math.isnan(value)  # never painted
                )
                print(f"{other:22}{'; '.join(ratios)}")
        browser.close()


if __name__ == "__main__":
    main()

"""Make the pictures of docs/how-to/a-morning-in-prefect.md and of README from a demo that was played and never served.

Usage: python -m tests.support.morning_pictures DEMO [FOLDER]
"""

import sys
from pathlib import Path

from tests.support.prefect_ui import PrefectUi, prefect_ui
from tests.support.serving import Serving

FOLDER = Path(__file__).parents[2] / "docs" / "images"
QUIET = "[data-sonner-toaster] { display: none }"


def taken(ui: PrefectUi, where: Path, path: str, until: str, height: int, down: int = 0) -> None:
    """Keep a picture of a page once a text stands on it; down: how far it is scrolled before."""
    ui.page.set_viewport_size({"width": 1280, "height": height})
    if path:
        ui.page.goto(f"{ui.url}/v2/{path}")
    ui.page.get_by_text(until).first.wait_for()
    ui.page.wait_for_timeout(2000)  # the small graphs are drawn after the text
    ui.page.add_style_tag(content=QUIET)
    if down:
        ui.page.mouse.move(700, 600)
        ui.page.mouse.wheel(0, down)
        ui.page.wait_for_timeout(500)
    ui.page.screenshot(path=where)


def main(demo: Path, folder: Path) -> None:
    """Serve the demo, run its next night, and look at it."""
    with Serving(demo) as serving, prefect_ui(serving.port, serving.login) as ui:
        night = serving.run("nightly")["run"]
        numbers = {name: one["id"] for name, one in serving.deployments().items()}
        taken(ui, folder / "prefect-night.png", f"runs/flow-run/{night}", "fetched 2, known", 1640)
        taken(ui, folder / "prefect-deployments.png", "deployments?limit=50", "verify", 1400)
        texts = {"download": "15", "by": "Anna Voorbeeld", "reason": "DUO stuurt het opnieuw"}
        ui.fill(numbers["quarantine-decide"], choose={"decision": "reject"}, **texts)
        taken(ui, folder / "prefect-form.png", "", "Parameters", 900)
        taken(ui, folder / "prefect.png", "runs", "cbs-2022Q1", 1000, 590)


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER)

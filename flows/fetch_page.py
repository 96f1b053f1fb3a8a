"""One page of a site fetched as its recipe says, for keeping it as a fixture."""

import base64
from pathlib import Path
from typing import Any

from flows.dry_run import run_spider
from flows.get_spider import GetSpider, Tell
from flows.look_job import LookJob
from flows.recipes import RecipeError, load_recipe


class PageSpider(GetSpider):
    """Asks for one address and tells its bytes."""

    name = "page"

    def __init__(self, address: str, **options: Any) -> None:  # noqa: ANN401 - Scrapy's own
        super().__init__(**options)
        self._address = address
        self.problem: str | None = None

    async def look(self) -> None:
        """Ask for the page."""
        page, self.problem = await self.get(self._address)
        if page is not None:
            body = base64.b64encode(page.body).decode("ascii")
            record = {"what": "body", "address": page.address, "body": body}
            self.tell({**record, "media_type": page.media_type, "charset": page.charset})


def fetch_page(job: LookJob, tell: Tell) -> str | None:
    """Fetch a job's address by its recipe and tell it; return why it could not be had, None where it was."""
    try:
        recipe = load_recipe(Path(job.recipe or ""), demonstration=bool(job.ports))
    except RecipeError as error:
        return str(error)
    options = {"address": job.address, "hosts": recipe.hosts, "tell": tell}
    spider, problem = run_spider(job, recipe, PageSpider, options)
    problem = problem or getattr(spider, "problem", None)
    return f"{job.address}: {problem}" if problem else None

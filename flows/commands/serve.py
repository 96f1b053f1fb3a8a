"""``otchet serve``: the search page, on this machine alone unless told otherwise."""

import socket
import sys
from typing import Annotated

import typer

from flows.commands.database import opened
from flows.commands.failure import CommandError
from flows.commands.options import Json
from flows.commands.output import emit, remark, say


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any free one.")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    as_json: Json = False,
) -> None:
    """Serve the search page and its JSON API until Ctrl-C. It only reads.

    With --json: {"address"} once it listens.

    Example: otchet serve --port 8080
    """
    with opened() as database, _listening(host, port) as listener:
        import uvicorn

        from web.application import create_app

        bound = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{bound}/"
        if host not in ("127.0.0.1", "::1", "localhost"):
            remark(f"Listening on {host}: other machines can read this database. Nothing asks who they are.")
        config = uvicorn.Config(create_app(database), log_level="warning", server_header=False, lifespan="off")
        # Connections wait in the listener until the server takes them: the address may be told at once.
        if as_json:
            emit({"address": address})
        else:
            say(f"{address} (Ctrl-C ends)")
        sys.stdout.flush()
        try:
            uvicorn.Server(config).run(sockets=[listener])
        except KeyboardInterrupt:  # how a server is stopped; nothing was interrupted
            remark("Stopped.")


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=128
        )
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CommandError(
            f"cannot listen on {host} port {port}: {reason}. Name another with --port or --host."
        ) from error

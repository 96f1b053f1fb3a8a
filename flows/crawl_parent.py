"""The warm process that crawls are forked from: ``python -m flows.crawl_parent`` has Scrapy and all of ours imported.

Whoever harvests starts it once (``flows.crawl_start``) and sends it, for each crawl, a byte with four descriptors over
the socket that is its standard input: the child's input, output, complaints, and its status. On the status stand two
lines: the child's number as soon as it has a session of its own, and how it ended (negative: the signal's number).
It ends, and its children with it, when the socket does. It runs no reactor and no thread, so a fork is whole.
"""

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import traceback

DESCRIPTORS = 4
#: Parts of Scrapy that it loads by name when a crawl begins.
_PARTS = (
    "DOWNLOADER_MIDDLEWARES_BASE",
    "EXTENSIONS_BASE",
    "STATS_CLASS",
    "SCHEDULER",
    "SCHEDULER_MEMORY_QUEUE",
    "SCHEDULER_PRIORITY_QUEUE",
    "DUPEFILTER_CLASS",
    "LOG_FORMATTER",
    "DOWNLOADER",
)


def main() -> None:
    """Fork a child for each request until the socket ends."""
    channel = socket.socket(fileno=os.dup(0))
    _import_all()
    woken, wake = os.pipe()
    for descriptor in (woken, wake):
        os.set_blocking(descriptor, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    statuses: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([channel.fileno(), woken], [], [])
        if woken in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(woken, 4096)
            _reap(statuses)
        if channel.fileno() in ready:
            message, received, _, _ = socket.recv_fds(channel, 1, DESCRIPTORS)
            if not message:
                break
            child = os.fork()
            if not child:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for descriptor in (channel.detach(), woken, wake, *statuses.values()):
                    os.close(descriptor)
                _be_child(*received)
            *streams, statuses[child] = received
            for descriptor in streams:
                os.close(descriptor)
    for child in statuses:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)


def _import_all() -> None:
    """Import what a crawl needs but the reactor, which must be the child's own."""
    import soupsieve
    from scrapy.settings import default_settings
    from scrapy.utils.misc import load_object

    import flows.crawl_site

    ours = [flows.crawl_site.PARTS.get(key) or getattr(default_settings, key) for key in _PARTS]
    for name in [name for one in ours for name in ([one] if isinstance(one, str) else one)]:
        load_object(name)
    soupsieve.compile("a[href]")  # its patterns are made at the first use
    assert "twisted.internet.reactor" not in sys.modules
    # What is there now stays: a child's collector must not touch, and so copy, every page of it.
    gc.collect()
    gc.freeze()


def _reap(statuses: dict[int, int]) -> None:
    """Tell how the children ended that have."""
    for child in list(statuses):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            descriptor = statuses.pop(child)
            with contextlib.suppress(BrokenPipeError):
                os.write(descriptor, b"%d\n" % os.waitstatus_to_exitcode(status))
            os.close(descriptor)


def _be_child(*descriptors: int) -> None:
    """Crawl as the child that this process now is, and end."""
    from flows.crawl_child import main as crawl
    from flows.crawl_child import read_line

    code = 1
    try:
        os.setsid()
        *streams, status = descriptors
        for number, descriptor in enumerate(streams):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.write(status, b"%d\n" % os.getpid())
        os.close(status)
        place = json.loads(read_line())
        os.chdir(place["folder"])
        os.environ.clear()
        os.environ.update(place["environment"])
        crawl()
        code = 0
    except BaseException:  # noqa: BLE001 - told, as Python does at a process' end, which this is
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()

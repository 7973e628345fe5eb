"""Connections to sources: at most four per server, each used for one source after another."""

import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from threading import Event
from types import TracebackType
from typing import Self, TypeVar

from hervat.pickup import Connect
from hervat.settings import SftpServer, Source
from hervat.sftp import SftpClient, SftpError

FIRST, FACTOR, TIMES = 1.0, 3.0, 3
"""Backoff: the first pause in seconds, the factor of each next pause, and the number of pauses."""


def pauses() -> Iterator[float]:
    """Yield the seconds to wait before each retry: exponential backoff with jitter."""
    for time in range(TIMES):
        yield FIRST * FACTOR**time * random.uniform(0.5, 1.5)  # noqa: S311 - no secret


TO_A_SERVER = 4
"""Connections to one server (host and port, a jump host too) at once."""
_AT_ONCE = 16
_UNLESS_DONE = 0.3
"""Seconds before a second connection to a server: often the first has done all by then, and logging in costs."""

Outcome = TypeVar("Outcome")


def side_by_side(sources: Sequence[Source], fetch: Callable[[Source, Connect], Outcome]) -> Iterator[Outcome]:
    """Fetch from the sources concurrently; yield the outcomes as they come. An exception of one ends the rest."""
    outcomes: SimpleQueue[Outcome | BaseException] = SimpleQueue()
    queues = [deque(group) for group in by_server(sources)]
    # the first lane of each server before the second of any
    starts = [(queue, number) for number in range(TO_A_SERVER) for queue in queues if number < len(queue)]
    ended = Event()

    def lane(queue: deque[Source], number: int) -> None:
        if number:
            ended.wait(_UNLESS_DONE)
        with Lane() as own, suppress(IndexError):
            while True:
                outcomes.put(_result(fetch, queue.popleft(), own))

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="fetch") as pool:
        try:
            for queue, number in starts:
                pool.submit(lane, queue, number)
            for _ in sources:
                outcome = outcomes.get()
                if isinstance(outcome, BaseException):
                    raise outcome
                yield outcome
        finally:
            for queue in queues:
                queue.clear()
            ended.set()


def by_server(sources: Sequence[Source]) -> list[list[Source]]:
    """Return the sources in groups that share no server; in a group, sources with the same log-in are adjacent."""
    groups: list[tuple[set[object], list[Source]]] = []
    for source in sources:
        servers, members = _servers(source), [source]
        for group in [group for group in groups if group[0] & servers]:
            groups.remove(group)
            servers, members = servers | group[0], group[1] + members
        groups.append((servers, members))
    return [sorted(members, key=lambda source: repr(source.sftp and source.sftp.login)) for _, members in groups]


class Lane:
    """A connection that is kept for the next source with the same log-in."""

    def __init__(self) -> None:
        self._client: SftpClient | None = None
        self._kept: object = None
        self._refused: list[tuple[object, SftpError]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    @contextmanager
    def connect(self, server: SftpServer) -> Iterator[SftpClient]:
        """Yield a connection to the server; after an error in the block the next connection is new."""
        try:
            yield self._opened(server)
        except BaseException:
            self._close()
            raise

    def _opened(self, server: SftpServer) -> SftpClient:
        if self._client and self._kept == server.login and self._client.alive:
            return self._client
        self._close()
        self._give_up(server)
        try:
            self._client, self._kept = SftpClient(server).__enter__(), server.login
        except SftpError as error:
            self._refused.append((server.login, error))
            raise
        self._refused.clear()
        return self._client

    def _give_up(self, server: SftpServer) -> None:
        """Raise at once the error of a log-in that was tried often enough tonight.

        Without this each source of a dead server waits for it again, and a wrong key is tried until we are locked out.
        """
        errors = [error for login, error in self._refused if login == server.login]
        if errors and (len(errors) > TIMES or not errors[-1].passing):
            raise SftpError(str(errors[-1]))

    def _close(self) -> None:
        client, self._client = self._client, None
        if client:
            client.__exit__(None, None, None)


def _result(fetch: Callable[[Source, Connect], Outcome], source: Source, own: Lane) -> Outcome | BaseException:
    try:
        return fetch(source, own.connect)
    except BaseException as error:  # noqa: BLE001 - raised in the thread that asked for it
        return error


def _servers(source: Source) -> set[object]:
    if source.sftp is None:
        return {source.name}
    return {(hop.host, hop.port) for hop in (source.sftp, source.sftp.jump) if hop}

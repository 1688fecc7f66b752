"""A driver of tooz that takes its locks with Fenceline: `fenceline://127.0.0.1:PORT`, where PORT is of `tooz-bridge.ts`.

Each call is a connection of its own: a line of JSON there, a line of JSON back. So calls of several threads do not wait
for each other, and a process that was forked inherits nothing.
"""

import json
import socket
import uuid

import tooz
from tooz import coordination
from tooz import locking


class FencelineLock(locking.Lock):
    def __init__(self, driver, name):
        super().__init__(name)
        self._driver = driver
        self._id = str(uuid.uuid4())

    def acquire(self, blocking=True, shared=False, timeout=None):
        """Waits for ever (True), not at all (False), or for so many seconds."""
        if shared:
            raise tooz.NotImplemented("Fenceline has exclusive locks only")
        seconds = timeout if blocking is True else float(blocking)
        return self._call("acquire", timeoutMs=None if seconds is None else seconds * 1000)

    def release(self):
        return self._call("release")

    def break_(self):
        return self._call("break")

    def heartbeat(self):
        return self._call("held")

    def _call(self, call, **arguments):
        return self._driver.call(call, lock=self._id, name=self.name.decode("ascii"), **arguments)


class FencelineDriver(coordination.CoordinationDriver):
    def __init__(self, member_id, parsed_url, options):
        super().__init__(member_id, parsed_url, options)
        self._address = (parsed_url.hostname, parsed_url.port)

    def _start(self):
        self.call("start")

    def _stop(self):
        self.call("stop")

    def get_lock(self, name):
        return FencelineLock(self, name)

    def call(self, call, **arguments):
        request = {"call": call, "member": self._member_id.decode("ascii"), **arguments}
        try:
            with socket.create_connection(self._address) as connection, connection.makefile("rw") as lines:
                print(json.dumps(request), file=lines, flush=True)
                answer = json.loads(lines.readline())
        except OSError as error:
            raise coordination.ToozConnectionError(str(error)) from error
        if "error" in answer:
            raise tooz.ToozError(answer["error"])
        return answer["result"]

# The peer in Python: tooz, with the driver for etcd that Cinder uses. One coordinator; a heartbeat keeps its locks.
import inspect
import json
import os
import sys
from importlib.metadata import version
from urllib.parse import urlsplit

# The folder of this file is searched first, and this file has the library's name.
sys.path.append(sys.path.pop(0))
import etcd3gw  # noqa: E402
from etcd3gw.client import Etcd3Client  # noqa: E402
from tooz import coordination  # noqa: E402
from load import serve  # noqa: E402

# Debian 12 pairs a tooz that passes `api_path` with an etcd3gw whose `client()` does not take it yet.
if not inspect.signature(etcd3gw.client).parameters.keys() & {"api_path", "kwargs"}:
    etcd3gw.client = lambda api_path="/v3/", **kwargs: Etcd3Client(api_path=api_path, **kwargs)

address = urlsplit(json.loads(sys.argv[1])["endpoint"])
coordinator = coordination.get_coordinator(
    f"etcd3+http://{address.hostname}:{address.port}?api_version=v3&timeout=10&lock_timeout=10",
    f"bench-{os.getpid()}".encode(),
)
coordinator.start(start_heart=True)


def open_lock(name):
    lock = coordinator.get_lock(name.encode())
    return lock.acquire, lock.release


serve({"tooz": version("tooz"), "etcd3gw": version("etcd3gw"), "python": sys.version.split()[0]}, open_lock)
coordinator.stop()

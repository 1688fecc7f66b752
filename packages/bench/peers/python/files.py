# The peer in Python at node scope: a record lock on a file.
import json
import os
import sys
from importlib.metadata import version

from fasteners import InterProcessLock
from load import serve

directory = json.loads(sys.argv[1])["directory"]


def open_lock(name):
    lock = InterProcessLock(os.path.join(directory, name))
    return lock.acquire, lock.release


serve({"fasteners": version("fasteners"), "python": sys.version.split()[0]}, open_lock)

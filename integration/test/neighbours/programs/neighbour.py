"""A process that shares locks with Fenceline, through the libraries that OpenStack services use.

    neighbour.py KIND WHERE NAMES hold
    neighbour.py KIND WHERE NAMES count TURNS FILE

KIND is a key of KINDS below. WHERE is a coordination URL for tooz and Cinder, a directory for the others. NAMES are
separated by commas. It prints a line at each step and goes on when a line comes in.
"""

import contextlib
import sys
import time
import types
import uuid


def mend_etcd3gw():
    """Debian 12 pairs a tooz that passes `api_path` with an etcd3gw whose `client()` does not take it yet."""
    import inspect

    import etcd3gw
    from etcd3gw.client import Etcd3Client

    if not inspect.signature(etcd3gw.client).parameters.keys() & {"api_path", "kwargs"}:
        etcd3gw.client = lambda api_path="/v3/", **kwargs: Etcd3Client(api_path=api_path, **kwargs)


def tooz(url, names, body):
    """Locks of tooz, one inside the other, by their full names."""
    from tooz import coordination

    mend_etcd3gw()
    coordinator = coordination.get_coordinator(url, uuid.uuid4().bytes)
    coordinator.start(start_heart=True)

    def call():
        with contextlib.ExitStack() as stack:
            for name in names:
                stack.enter_context(coordinator.get_lock(name.encode("ascii")))
            body()

    return call


def cinder(url, names, body):
    """Cinder's decorator for locks between nodes, as on a method that is given volumes."""
    from oslo_config import cfg
    from cinder import coordination

    mend_etcd3gw()
    cfg.CONF([], project="cinder", default_config_files=[])
    cfg.CONF.set_override("backend_url", url, "coordination")
    coordination.COORDINATOR.start()
    templates = [f"{{volumes[{i}].id}}-delete_volume" for i in range(len(names))]

    def on_volumes(volumes):
        body()

    if takes_several(coordination.synchronized):
        on_volumes = coordination.synchronized(*templates)(on_volumes)
    else:
        # Before Cinder 23 whoever needs several locks puts them in order, the outermost first.
        for _, template in sorted(zip(names, templates), reverse=True):
            on_volumes = coordination.synchronized(template)(on_volumes)
    volumes = [types.SimpleNamespace(id=name) for name in names]
    return lambda: on_volumes(volumes)


def takes_several(function):
    import inspect

    return any(p.kind is p.VAR_POSITIONAL for p in inspect.signature(function).parameters.values())


def cinder_node(directory, names, body):
    """Cinder's decorator for locks between the processes of a node."""
    from oslo_concurrency import lockutils
    from cinder import utils

    lockutils.set_defaults(directory)
    for name in reversed(names):  # the first becomes the outermost
        body = utils.synchronized(name, external=True)(body)
    return body


def oslo(directory, names, body):
    """External locks of oslo.concurrency."""
    from oslo_concurrency import lockutils

    def call():
        with contextlib.ExitStack() as stack:
            for name in names:
                stack.enter_context(
                    lockutils.lock(name, lock_file_prefix="cinder-", external=True, lock_path=directory)
                )
            body()

    return call


def fasteners(directory, names, body):
    """Lock files, by their names in the directory."""
    from fasteners import InterProcessLock

    def call():
        with contextlib.ExitStack() as stack:
            for name in names:
                stack.enter_context(InterProcessLock(f"{directory}/{name}"))
            body()

    return call


def unlocked(where, names, body):
    return body


KINDS = {
    "tooz": tooz,
    "cinder": cinder,
    "cinder-node": cinder_node,
    "oslo": oslo,
    "fasteners": fasteners,
    "unlocked": unlocked,
}


def say(line):
    print(line, flush=True)


def hold():
    say("held")
    sys.stdin.readline()


def increment(path):
    with open(path) as file:
        count = int(file.read() or 0)
    time.sleep(0.001)
    with open(path, "w") as file:
        file.write(str(count + 1))


def main(kind, where, names, command, *arguments):
    names = names.split(",")
    if command == "hold":
        call = KINDS[kind](where, names, hold)
        say("ready")
        sys.stdin.readline()
        call()
        say("released")
        sys.stdin.readline()
    else:
        turns, path = arguments
        call = KINDS[kind](where, names, lambda: increment(path))
        say("ready")
        sys.stdin.readline()
        for _ in range(int(turns)):
            call()


main(*sys.argv[1:])

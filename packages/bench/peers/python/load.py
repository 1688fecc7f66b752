# What the Python programs have in common: the line protocol of src/programs/serve.ts and the load of
# src/programs/run-load.ts, with a thread for each caller.
import json
import sys
import threading
import time


def quantile(values, part):
    return values[min(len(values) - 1, int(part * len(values)))] if values else -1


def run(load, open_lock):
    callers = load["callers"]
    names = [f"{load['run']}-{i}" if load["keys"] == "own" else load["run"] for i in range(callers)]
    takes = [open_lock(name) for name in names]
    counts, acquires, pairs = [0] * callers, [], []
    over = threading.Event()
    begin, cpu = time.monotonic(), time.process_time()

    def call(caller):
        acquire, release = takes[caller]
        while not over.is_set():
            asked = time.monotonic()
            acquire()
            granted = time.monotonic()
            release()
            given = time.monotonic()
            if over.is_set():
                return
            counts[caller] += 1
            acquires.append((granted - asked) * 1e3)
            pairs.append((given - asked) * 1e3)

    threads = [threading.Thread(target=call, args=(caller,)) for caller in range(callers)]
    for thread in threads:
        thread.start()
    time.sleep(load["seconds"])
    over.set()
    elapsed, spent, done = time.monotonic() - begin, time.process_time() - cpu, list(counts)
    for thread in threads:
        thread.join()
    acquires.sort()
    pairs.sort()
    return {
        "locks": sum(done),
        "elapsedMs": elapsed * 1e3,
        "cpuUs": spent * 1e6,
        "acquireP50Ms": quantile(acquires, 0.5),
        "acquireP99Ms": quantile(acquires, 0.99),
        "pairP50Ms": quantile(pairs, 0.5),
        "fewest": min(done),
        "most": max(done),
    }


def serve(versions, open_lock):
    def write(word, value):
        print(word, json.dumps(value), flush=True)

    write("ready", versions)
    for line in sys.stdin:
        command, _, argument = line.partition(" ")
        try:
            if command != "run":
                raise ValueError(f"unknown command in {line!r}")
            write("result", run(json.loads(argument), open_lock))
        except Exception as error:
            write("failed", f"{type(error).__name__}: {error}")

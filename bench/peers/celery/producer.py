import concurrent.futures
import platform
import random
import sys
import time

import celery
from tasks import app, microseconds, welcome

NAME = "Maria Magdalena Mustermann"


def push(number, name):
    welcome.delay(100000 + number, f"customer.{100000 + number}@post.example.com", name)


def enqueue(jobs, callers):
    def call(first):
        for number in range(first, jobs, callers):
            push(number, NAME)

    with concurrent.futures.ThreadPoolExecutor(callers) as pool:
        # Raises what a caller raised: a thread of one's own would only end, and the others' time would count for all jobs.
        list(pool.map(call, range(callers)))


def latency(jobs, gap, spread):
    for number in range(jobs):
        time.sleep((gap + random.random() * spread) / 1000)
        push(number, str(microseconds()))


COMMANDS = {"enqueue": enqueue, "latency": latency}

print(f"ready Celery {celery.__version__}, Python {platform.python_version()}", flush=True)
for line in sys.stdin:
    command, *numbers = line.split()
    # Celery has no bulk enqueue.
    if command not in COMMANDS:
        print("none", flush=True)
        continue
    start = time.perf_counter()
    COMMANDS[command](*map(int, numbers))
    print(f"done {time.perf_counter() - start:.6f}", flush=True)

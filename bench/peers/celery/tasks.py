# Started with Celery's own command: celery -A tasks worker -c 10
import os
import threading
import time

from celery import Celery, signals

LAST = int(os.environ.get("BENCH_JOBS", "0"))
LATENCY = os.environ.get("BENCH_LATENCY") == "1"

app = Celery("bench", broker=f"redis://{os.environ['BENCH_REDIS']}/0")
# As its documentation has it for many short tasks: no results, a large prefetch, no rate limits; acknowledged late, since
# otherwise a job is lost with its worker.
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=64,
    worker_disable_rate_limits=True,
    worker_redirect_stdouts=False,
    worker_hijack_root_logger=True,
    broker_pool_limit=64,
)

lock = threading.Lock()
count = said = 0


def microseconds():
    return time.time_ns() // 1000


def line(text):
    os.write(1, (text + "\n").encode())


def say():
    global said
    if said != count:
        said = count
        line(f"count {os.getpid()} {count} {microseconds()}")


def keep_saying():
    while True:
        time.sleep(0.02)
        with lock:
            say()


@signals.worker_process_init.connect
def in_each_process(**_):
    # An idle worker would be charged with it, once per process.
    if not LATENCY:
        threading.Thread(target=keep_saying, daemon=True).start()


@signals.worker_ready.connect
def ready(**_):
    line(f"ready {os.getpid()}")


@app.task(name="welcome")
def welcome(user_id, email, name):
    global count
    if LATENCY:
        line(f"latency {microseconds() - int(name)}")
    with lock:
        count += 1
        if LATENCY or count == 1 or count == LAST:
            say()

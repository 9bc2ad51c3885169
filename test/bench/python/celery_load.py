"""What the Celery row does: a lock and a last-run stamp around a run that does nothing and gives back 2 KB.

The same load as ../src/peers/load.ts. The broker's address comes in OCELLI_BENCH_REDIS.
"""

import os
import time

import redis
from celery import Celery

URL = os.environ["OCELLI_BENCH_REDIS"]
RESOURCES = 10_000
REQUEST_BYTES = 300
RESULT_BYTES = 2_048
LOCK_MS = 15_000
WAITING_JOBS = 2_000
RELEASE = (
    'if redis.call("get",KEYS[1])==ARGV[1] then return redis.call("del",KEYS[1]) else return 0 end'
)

app = Celery("bench", broker=URL, backend=URL)
app.conf.update(
    result_expires=10,
    worker_prefetch_multiplier=64,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)

client = redis.Redis.from_url(URL)
values = "x" * (RESULT_BYTES - len('{"lastRunAtMs":1700000000000,"values":""}'))
count = 0


@app.task(name="poll")
def poll(resource, padding):
    global count
    count += 1
    token = f"{os.getpid()}-{count}"
    lock, stamp = f"bench:lock:{resource}", f"bench:last:{resource}"
    opening = client.pipeline(transaction=False)
    opening.set(lock, token, nx=True, px=LOCK_MS)
    opening.get(stamp)
    locked, last = opening.execute()
    if not locked:
        client.incr("bench:refused")
        return None
    result = {"lastRunAtMs": int(last or 0), "values": values}
    closing = client.pipeline(transaction=False)
    closing.set(stamp, int(time.time() * 1000))
    closing.eval(RELEASE, 1, lock, token)
    closing.execute()
    return result

"""Keeps Celery's queue filled until it is stopped.

The sender has no result backend: else it would subscribe to every single result, which nobody reads here.
"""

import time

from celery import Celery

from celery_load import REQUEST_BYTES, RESOURCES, URL, WAITING_JOBS, client

JOBS_AT_ONCE = 200

app = Celery("bench-sender", broker=URL)
padding = "x" * (REQUEST_BYTES - len('{"resource":"device-00000","padding":""}'))
number = 0

with app.producer_or_acquire() as producer:
    while True:
        if client.llen("celery") >= WAITING_JOBS:
            time.sleep(0.01)
            continue
        for _ in range(JOBS_AT_ONCE):
            number = (number + 1) % RESOURCES
            app.send_task("poll", args=(f"device-{number:05d}", padding), producer=producer)

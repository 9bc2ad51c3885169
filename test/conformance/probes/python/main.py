"""A module with knobs, the same in each language: the conformance kit provokes everything with it."""

import asyncio
import itertools
import json
import math

from ocelli import Plugin, PollFault, RefusedRecord, counter, gauge, serve
from settings import Settings

plugin = Plugin("probe-python", "0.1.0", "Does right and wrong on request.", Settings)


async def begin(ctx, resource_id):
    """Waits, tells its secret to the log, and fails where it shall fail with an error. Says how else it shall fail."""
    probe = ctx.settings.probe
    ctx.log.info(f"secret is {probe.secret.reveal()}")
    if probe.wait_ms > 0:
        await asyncio.sleep(probe.wait_ms / 1000)
    if probe.fail_for not in ("", resource_id):
        return ""
    if probe.fail == "fault":
        raise PollFault("timeout", f"no answer from {probe.secret.reveal() or 'nobody'}")
    if probe.fail == "throw":
        raise RuntimeError(f"probe threw {probe.secret.reveal()}")
    if probe.fail == "long_error":
        raise RuntimeError("x" * 100_000)
    if probe.fail == "print":
        print("the probe prints")
    return probe.fail


def pad_of(probe):
    """What all groups and resources carry that is there to be long."""
    return {"pad": "x" * probe.pad_bytes} if probe.pad_bytes > 0 else {}


@plugin.discover
async def discover(ctx):
    probe = ctx.settings.probe
    fail = await begin(ctx, "")
    for n in itertools.count() if fail == "endless" else range(probe.groups):
        for _ in range(2 if fail == "duplicate" else 1):
            place = {"endpoint": "127.0.0.1", "site": "probe", "class": "probe"}
            yield {"id": f"probe-{n}", **place, "metadata": pad_of(probe)}


@plugin.enrich
async def enrich(resource, ctx):
    fail = await begin(ctx, resource.id)
    value = math.nan if fail == "nan" else ctx.settings.probe.value
    found = {"namespace": "probe", "schema": "0.1", "ttl_s": 300, "data": {"id": resource.id, "value": value}}
    if fail == "endless":
        return ({**found, "namespace": f"probe_{n}"} for n in itertools.count())
    return [found, found] if fail == "duplicate" else [found]


@plugin.poll
async def poll(resource, ctx):
    probe = ctx.settings.probe
    fail = await begin(ctx, resource.id)
    runs = (ctx.state.get() or {}).get("runs", 0) + 1
    ctx.state.set({"runs": runs})

    def group(n):
        metrics = {
            "runs_total": counter(runs),
            "value": gauge(math.nan if fail == "nan" else probe.value),
            "id_bytes": gauge(len(resource.id.encode())),
        }
        if fail == "bad_name":
            metrics["no-dash"] = gauge(1)
        dimensions = {"n": str(n), "plugin": ctx.plugin, **pad_of(probe)}
        return {"name": "probe", "dimensions": dimensions, "metrics": metrics}

    if fail == "endless":
        return (group(n) for n in itertools.count())
    found = [group(n) for n in range(probe.groups)]
    return [*found, group(0), group(0)] if fail == "duplicate" else found


@plugin.sink
class Sink:
    def __init__(self, settings, ctx):
        self.file = settings.probe.file

    def write(self, records):
        kept = [one for one in records if one.result.plugin != "refuse-me"]
        if self.file and kept:
            with open(self.file, "a", encoding="utf-8") as file:
                for one in kept:
                    file.write(json.dumps({"position": one.position, "plugin": one.result.plugin}) + "\n")
        refused = [one for one in records if one not in kept]
        return [RefusedRecord(one.position, "the probe was told to refuse it") for one in refused]


if __name__ == "__main__":
    serve(plugin)

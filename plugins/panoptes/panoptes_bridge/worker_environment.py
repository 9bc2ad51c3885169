"""What a worker gets of the module's environment."""

from typing import Dict, Iterable, Mapping

# What hosts pass on to modules: a plugin sees the same where its module runs stand-alone. The join token of the module and
# what belongs to others stay out of reach of plugins and of the programs they start.
_PASSED_ON = ("PATH", "HOME", "LANG", "TZ")
# By these the Python that runs the module finds its libraries.
_OF_PYTHON = ("LD_LIBRARY_PATH", "PYTHONPATH")
# By this the conformance kit finds what a module has started.
_MARK = "OCELLI_CONFORMANCE_RUN"


def worker_environment(module: Mapping[str, str], named: Iterable[str]) -> Dict[str, str]:
    """`named` is what the settings add."""
    names = (*_PASSED_ON, *_OF_PYTHON, _MARK, *named)
    return {**{name: module[name] for name in names if name in module}, "PYTHONUNBUFFERED": "1"}

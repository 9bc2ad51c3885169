"""What authors of Panoptes plugins import, under the names they import it by.

An independent implementation of the documented interfaces of Yahoo Panoptes, which runs on the Python of today and
needs neither Redis nor ZooKeeper nor Kafka. It holds what plugins use; schedulers, agents and consumers are not here.
"""

from pkgutil import extend_path

# So that `yahoo_panoptes.plugins` can be found in a library folder as well. What is here comes first.
__path__ = extend_path(__path__, __name__)

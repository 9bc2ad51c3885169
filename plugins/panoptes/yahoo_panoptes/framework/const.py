"""Names and numbers that plugins look up. Those of services that do not exist here are left out."""

import signal

SIGNALS_TO_NAMES_DICT = {
    getattr(signal, name): name for name in dir(signal) if name.startswith("SIG") and "_" not in name
}

KEY_VALUE_NAMESPACE_PREFIX = "panoptes:"
DEFAULT_ROOT_LOGGER_NAME = "panoptes"
DEFAULT_LOG_FORMAT = "[%(asctime)s: %(levelname)s/%(processName)s] %(message)s"
DEFAULT_REDIS_GROUP_NAME = "default"
KV_STORE_DELIMITER = "|"
KV_NAMESPACE_DELIMITER = ":"
KV_STORE_SCAN_ITER_COUNT = 1000
LOCK_PATH_DELIMITER = "/"

CONFIG_FILE_ENVIRONMENT_VARIABLE = "PANOPTES_CONFIG_FILE"
DEFAULT_CONFIG_FILE_PATH = "/home/panoptes/conf/panoptes.ini"

PLUGIN_TYPES = ["discovery", "polling", "enrichment"]
PLUGIN_EXTENSION = "panoptes-plugin"
PLUGINS_KEY_VALUE_NAMESPACE = KEY_VALUE_NAMESPACE_PREFIX + "plugins_kv"
SECRETS_MANAGER_KEY_VALUE_NAMESPACE = KEY_VALUE_NAMESPACE_PREFIX + "secrets"
METRICS_KEY_VALUE_NAMESPACE = KEY_VALUE_NAMESPACE_PREFIX + "metrics_kv"

# Seconds that a resource is kept after it was last seen.
RESOURCE_MANAGER_RESOURCE_EXPIRE = 604800

ENRICHMENT_REDIS_GROUP = "enrichments"
ENRICHMENT_PLUGIN_RESULTS_KEY_VALUE_NAMESPACE = PLUGINS_KEY_VALUE_NAMESPACE + KV_NAMESPACE_DELIMITER + "enrichment"

METRICS_TOPIC_NAME_DELIMITER = "-"
METRICS_TOPIC_KEY_DELIMITER = ":"

# Degrees Celsius: a sensor that says more is broken.
MELTING_POINT_STEEL = 1371

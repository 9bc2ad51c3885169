"""The exception that all others of Panoptes are kinds of."""


class PanoptesBaseException(Exception):
    """Base of everything that Panoptes raises."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        # Authors pass keywords now and then; they belong to nobody, and are kept where a reader may find them.
        super().__init__(*args)
        self.details = kwargs
